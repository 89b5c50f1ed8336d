package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An MCP server's mind, well-behaved and ill-behaved by the tool that is called; stdio and HTTP give it a body. */
final class FaultTools {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> behaviours;
    private final List<String> tools = new CopyOnWriteArrayList<>(List.of(
            "echo",
            "pid",
            "die",
            "hang",
            "noise",
            "blocks",
            "large",
            "progress",
            "grow",
            "ask",
            "error",
            "deep",
            "meet",
            "seen",
            "late"));
    private final Map<String, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final CountDownLatch meeting = new CountDownLatch(2);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger hung = new AtomicInteger();
    private final AtomicInteger runningMost = new AtomicInteger();

    /** Of calls that make progress: a call counts no more once its answer is about to be sent. */
    private final AtomicInteger progressing = new AtomicInteger();

    private final AtomicInteger progressingMost = new AtomicInteger();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final List<String> received = new CopyOnWriteArrayList<>();
    /** Where messages go that belong to no request. */
    volatile Consumer<ObjectNode> unasked = _ -> {};

    volatile Consumer<String> rawOutput = _ -> {};

    FaultTools(Set<String> behaviours) {
        this.behaviours = behaviours;
    }

    boolean does(String behaviour) {
        return behaviours.contains(behaviour);
    }

    void handle(JsonNode message, Consumer<ObjectNode> out) throws InterruptedException {
        var method = message.path("method").asText("");
        received.add(method);
        switch (method) {
            case "" -> asked.get(message.path("id").asText()).complete(message);
            case "initialize" -> out.accept(result(message, initialize()));
            case "ping" -> out.accept(result(message, JSON.createObjectNode()));
            case "tools/list" ->
                out.accept(result(
                        message, page(message.path("params").path("cursor").asText(""))));
            case "tools/call" -> {
                runningMost.accumulateAndGet(running.incrementAndGet(), Math::max);
                try {
                    call(message, out);
                } finally {
                    running.decrementAndGet();
                }
            }
            case "notifications/cancelled" ->
                cancelled.add(message.path("params").path("requestId").asText());
            default -> {}
        }
    }

    private ObjectNode initialize() throws InterruptedException {
        if (does("silent")) {
            Thread.sleep(600_000);
        }
        if (does("slow-start")) {
            Thread.sleep(500);
        }
        var result = JSON.createObjectNode().put("protocolVersion", does("future") ? "2999-01-01" : "2025-06-18");
        result.putObject("capabilities").putObject("tools").put("listChanged", true);
        result.putObject("serverInfo").put("name", "fault").put("version", "1");
        return result;
    }

    private ObjectNode page(String cursor) {
        var result = JSON.createObjectNode();
        var listed = result.putArray("tools");
        var half = tools.size() / 2;
        var names =
                !does("pages") ? tools : cursor.isEmpty() ? tools.subList(0, half) : tools.subList(half, tools.size());
        for (var name : names) {
            var tool = listed.addObject().put("name", name).put("description", "does " + name);
            tool.putObject("inputSchema").put("type", "object").put("x-unknown", "kept");
            tool.putObject("annotations").put("readOnlyHint", name.equals("echo"));
        }
        if (does("pages") && cursor.isEmpty()) {
            result.put("nextCursor", "second");
        }
        return result;
    }

    private void call(JsonNode message, Consumer<ObjectNode> out) throws InterruptedException {
        var arguments = message.path("params").path("arguments");
        switch (message.path("params").path("name").asText()) {
            case "echo" -> out.accept(text(message, arguments.path("text").asText()));
            case "pid" ->
                out.accept(text(message, String.valueOf(ProcessHandle.current().pid())));
            case "die" -> {
                System.err.println("boom: " + arguments.path("text").asText());
                System.exit(3);
            }
            case "hang" -> {
                hung.incrementAndGet();
                Thread.sleep(600_000);
            }
            case "late" -> {
                while (!cancelled.contains(message.path("id").asText())) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                out.accept(text(message, "too late"));
            }
            case "noise" -> {
                rawOutput.accept("debug: not JSON");
                rawOutput.accept("42");
                out.accept(text(message, "after noise"));
            }
            case "blocks" -> out.accept(result(message, blocks()));
            case "deep" ->
                rawOutput.accept("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + "[".repeat(5000)
                        + "]".repeat(5000) + "}");
            case "large" ->
                out.accept(text(message, "x".repeat(arguments.path("bytes").asInt())));
            case "progress" -> progress(message, arguments, out);
            case "grow" -> {
                tools.add(arguments.path("text").asText());
                unasked.accept(JSON.createObjectNode()
                        .put("jsonrpc", "2.0")
                        .put("method", "notifications/tools/list_changed"));
                out.accept(text(message, "grown"));
            }
            case "ask" -> out.accept(text(message, ask(out, "ping") + " " + ask(out, "sampling/createMessage")));
            case "error" -> {
                var error = JSON.createObjectNode().put("jsonrpc", "2.0");
                error.set("id", message.path("id"));
                error.putObject("error").put("code", -32602).put("message", "bad arguments");
                out.accept(error);
            }
            case "meet" -> {
                meeting.countDown();
                out.accept(text(message, meeting.await(20, TimeUnit.SECONDS) ? "met" : "alone"));
            }
            case "seen" ->
                out.accept(text(
                        message,
                        "cancelled=" + cancelled.size() + " hung=" + hung.get() + " running=" + running.get()
                                + " progressing=" + progressingMost.get() + " most=" + runningMost.get()));
            default -> out.accept(text(message, "unknown tool"));
        }
    }

    private void progress(JsonNode message, JsonNode arguments, Consumer<ObjectNode> out) throws InterruptedException {
        progressingMost.accumulateAndGet(progressing.incrementAndGet(), Math::max);
        for (var step = 1; step <= arguments.path("steps").asInt(); step++) {
            TimeUnit.MILLISECONDS.sleep(arguments.path("millis").asInt());
            var note = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/progress");
            var params = note.putObject("params")
                    .put("progress", step)
                    .put("total", 10)
                    .put("message", "step " + step);
            params.set("progressToken", message.path("params").path("_meta").path("progressToken"));
            out.accept(note);
        }
        progressing.decrementAndGet();
        out.accept(text(message, "done"));
    }

    /** Asks the client and tells what it said: result or the code of the error. */
    private String ask(Consumer<ObjectNode> out, String method) {
        var answer = new CompletableFuture<JsonNode>();
        asked.put("ask " + method, answer);
        out.accept(JSON.createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", "ask " + method)
                .put("method", method));
        var said = answer.orTimeout(20, TimeUnit.SECONDS).join();
        return said.has("result") ? "result" : said.path("error").path("code").asText();
    }

    private static ObjectNode blocks() {
        var result = JSON.createObjectNode();
        var content = result.putArray("content");
        content.addObject().put("type", "text").put("text", "one");
        content.addObject().put("type", "hologram").put("data", "new");
        content.addObject().put("type", "image").put("mimeType", "image/png").put("data", "AAAA");
        result.putObject("structuredContent").put("exact", new java.math.BigDecimal("0.10000000000000000000001"));
        return result;
    }

    private static ObjectNode text(JsonNode request, String text) {
        var result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result(request, result);
    }

    private static ObjectNode result(JsonNode request, ObjectNode result) {
        var message = JSON.createObjectNode();
        // The reference implementations put the id last.
        message.set("result", result);
        message.put("jsonrpc", "2.0").set("id", request.path("id"));
        return message;
    }
}
