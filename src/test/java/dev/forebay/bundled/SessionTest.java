package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final int PATIENCE = Client.PATIENCE_SECONDS;

    @Test
    void agreesOnTheVersionAskedForOrOffersItsNewest() throws Exception {
        try (var client = Client.of("time", "calculator")) {
            for (var version : List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")) {
                assertEquals(
                        version,
                        initialize(client, version).get("protocolVersion").asText());
            }
            var newer = initialize(client, "2026-07-28");
            assertEquals("2025-11-25", newer.get("protocolVersion").asText());
            assertEquals("forebay-bundled", newer.at("/serverInfo/name").asText());
            assertTrue(newer.at("/capabilities/tools").isObject());
            assertTrue(newer.get("instructions").asText().contains("calculator:"));
            assertEquals(-32602, code(client.request("initialize", Map.of())));
        }
    }

    @Test
    void listsEachToolWithItsServerAndSchemas() throws Exception {
        var servers = new TreeSet<String>();
        try (var client = Client.of("calculator", "time")) {
            for (var tool : client.result("tools/list", Map.of()).get("tools")) {
                servers.add(tool.at("/_meta").get("dev.forebay/server").asText());
                assertTrue(tool.get("name").asText().matches("[a-z_]{1,64}"));
                for (var schema : List.of("inputSchema", "outputSchema")) {
                    assertEquals("object", tool.get(schema).get("type").asText());
                    assertFalse(tool.get(schema).get("additionalProperties").asBoolean(true));
                    tool.get(schema)
                            .get("properties")
                            .forEach(p ->
                                    assertFalse(p.path("description").asText().isEmpty()));
                }
                assertTrue(tool.at("/annotations/readOnlyHint").asBoolean());
                assertFalse(tool.at("/annotations/openWorldHint").asBoolean(true));
            }
        }
        assertEquals(new TreeSet<>(List.of("calculator", "time")), servers);
    }

    @Test
    void answersWhatIsWrongWithAMessageAndGoesOn() throws Exception {
        try (var client = Client.of("time")) {
            assertEquals(-32601, code(client.request("resources/list", Map.of())));
            assertEquals(-32601, code(client.request("server/discover", Map.of())));
            assertEquals(-32602, code(client.request("tools/list", Map.of("cursor", "x"))));
            assertEquals(-32602, code(client.request("tools/call", Map.of("name", "no_such_tool"))));
            assertEquals(
                    -32602, code(client.request("tools/call", Map.of("name", "current_time", "arguments", List.of()))));
            client.send("garbage");
            assertEquals(-32700, code(other(client)));
            client.send("{\"jsonrpc\":\"2.0\",\"id\":\"two\"}{}");
            assertEquals(-32700, code(other(client)));
            client.send("[".repeat(100_000));
            assertEquals(-32700, code(other(client)));
            client.send("{\"jsonrpc\":\"2.0\",\"id\":\"deep\",\"method\":\"ping\",\"params\":" + "[".repeat(99));
            var deep = other(client);
            assertEquals("deep", deep.get("id").asText());
            assertEquals(-32700, code(deep));
            client.send("17");
            assertEquals(-32600, code(other(client)));
            client.send("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}");
            assertEquals(-32600, code(other(client)));
            client.send("{\"id\":\"one\",\"method\":\"ping\"}");
            assertEquals(-32600, code(other(client)));
            client.send("\r\n\n{\"jsonrpc\":\"2.0\",\"id\":\"one\",\"method\":\"ping\"}\r");
            assertEquals(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"one\",\"result\":{}}",
                    other(client).toString());
        }
    }

    @Test
    void answersNeitherNotificationsNorReplies() throws Exception {
        try (var client = Client.of("time")) {
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/of-the-future\"}");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"current_time\"}}");
            client.send("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}");
            client.result("ping", Map.of());
            assertEquals(List.of(), List.copyOf(client.others));
        }
    }

    @Test
    void skipsALineThatIsTooLongAndTellsTheRequestInIt() throws Exception {
        try (var client = Client.of("calculator")) {
            var huge = "1+".repeat(4 << 20);
            client.send("{\"method\":\"tools/call\",\"params\":{\"name\":\"calculate\",\"arguments\":{\"expression\":\""
                    + huge + "\"}},\"jsonrpc\":\"2.0\",\"id\":\"huge\"}");
            var reply = other(client);
            assertEquals("huge", reply.get("id").asText());
            assertEquals(-32600, code(reply));
            client.send(huge);
            assertEquals(-32600, code(other(client)));
            assertEquals(
                    "2",
                    client.call("calculate", Map.of("expression", "1+1"))
                            .get("result")
                            .asText());
        }
    }

    @Test
    void answersABatchAsABatch() throws Exception {
        try (var client = Client.of("calculator")) {
            client.send("[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"},"
                    + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},"
                    + "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"tools/call\",\"params\":{\"name\":\"calculate\","
                    + "\"arguments\":{\"expression\":\"6*7\"}}},3]");
            var replies = other(client);
            assertEquals(3, replies.size());
            assertEquals("a", replies.at("/0/id").asText());
            assertEquals("42", replies.at("/1/result/structuredContent/result").asText());
            assertEquals(-32600, code(replies.get(2)));
            client.send("[]");
            assertEquals(-32600, code(other(client)));
        }
    }

    @Test
    void refusesArgumentsThatTheToolDoesNotTake() throws Exception {
        try (var client = Client.of("time", "calculator")) {
            assertEquals(
                    "convert_time has no argument \"when\"; it takes time, from_zone, to_zone.",
                    client.refusal("convert_time", Map.of("when", "now")));
            assertTrue(client.refusal("calculate", Map.of()).startsWith("\"expression\" is missing."));
            assertTrue(client.refusal("calculate", Map.of("expression", 5))
                    .startsWith("\"expression\" must be a text, got 5."));
            assertTrue(client.refusal("convert_units", Map.of("value", "5", "from", "m", "to", "km"))
                    .startsWith("\"value\" must be a number, got \"5\"."));
            assertTrue(client.refusal("calculate", Map.of("expression", "1".repeat(1001)))
                    .contains("at most 1,000"));
            var arguments = Client.JSON.createObjectNode().putNull("zone");
            client.result("tools/call", Map.of("name", "current_time", "arguments", arguments));
        }
    }

    @Test
    void pingsAndCancelsWhileCallsRun() throws Exception {
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var stuck = tool(_ -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("never");
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        try (var client = client(stuck)) {
            var call = client.sendCall("tool", Map.of());
            assertTrue(started.await(PATIENCE, TimeUnit.SECONDS));
            client.result("ping", Map.of());
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%d}}"
                    .formatted(call));
            assertTrue(interrupted.await(PATIENCE, TimeUnit.SECONDS));
            client.result("ping", Map.of());
            assertFalse(client.reply(call).isDone());
        }
    }

    @Test
    void endsWithItsInputEvenIfACallHangs() throws Exception {
        var started = new CountDownLatch(1);
        var hanging = tool(_ -> {
            started.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("never");
        });
        var client = client(hanging);
        var call = client.sendCall("tool", Map.of());
        assertTrue(started.await(PATIENCE, TimeUnit.SECONDS));
        client.close();
        assertFalse(client.reply(call).isDone());
    }

    @Test
    void answersCallsThatWereSentRightBeforeTheEndOfInput() throws Exception {
        var client = Client.of("calculator");
        var calls = new ArrayList<Integer>();
        for (var i = 0; i < 50; i++) {
            calls.add(client.sendCall("calculate", Map.of("expression", i + "*2")));
        }
        client.close();
        for (var i = 0; i < 50; i++) {
            var reply = client.reply(calls.get(i)).get(PATIENCE, TimeUnit.SECONDS);
            assertEquals(
                    String.valueOf(i * 2),
                    reply.at("/result/structuredContent/result").asText());
        }
    }

    @Test
    void runsSomeCallsAtOnceLetsManyWaitAndRefusesMore() throws Exception {
        var go = new CountDownLatch(1);
        var running = new CountDownLatch(Calls.RUNNING_MAX);
        var waiting = tool(_ -> {
            running.countDown();
            go.await();
            return new Answer("done", Answer.facts());
        });
        try (var client = client(waiting)) {
            var calls = new ArrayList<Integer>();
            for (var i = 0; i <= Calls.WAITING_MAX; i++) {
                calls.add(client.sendCall("tool", Map.of()));
            }
            assertEquals(RpcError.BUSY, code(client.reply(calls.getLast()).get(PATIENCE, TimeUnit.SECONDS)));
            assertTrue(running.await(PATIENCE, TimeUnit.SECONDS));
            go.countDown();
            for (var call : calls.subList(0, Calls.WAITING_MAX)) {
                assertFalse(client.reply(call).get(PATIENCE, TimeUnit.SECONDS).has("error"));
            }
        }
    }

    @Test
    void refusesASecondCallOfTheSameIdAndSurvivesADefect() throws Exception {
        var go = new CountDownLatch(1);
        var broken = tool(_ -> {
            go.await();
            throw new IllegalStateException("broken inside");
        });
        try (var client = client(broken)) {
            var call = "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/call\",\"params\":{\"name\":\"tool\"}}";
            client.send(call);
            client.send(call);
            assertEquals(-32600, code(other(client)));
            go.countDown();
            assertEquals(-32603, code(other(client)));
            client.result("ping", Map.of());
        }
    }

    private static Client client(Tool tool) throws Exception {
        var methods = new Methods(List.of(new Server("test", "a test.", List.of(tool))));
        return Client.of((in, out) -> new Session(methods, in, out).run());
    }

    private static Tool tool(Tool.Action action) {
        return new Tool("tool", "Tool", "Does it.", Effect.READS, List.of(), List.of(), action);
    }

    private static JsonNode initialize(Client client, String version) throws Exception {
        var info = Map.of("name", "test", "version", "1");
        return client.result(
                "initialize", Map.of("protocolVersion", version, "capabilities", Map.of(), "clientInfo", info));
    }

    private static JsonNode other(Client client) throws Exception {
        var other = client.others.poll(PATIENCE, TimeUnit.SECONDS);
        assertTrue(other != null, "no reply");
        return other;
    }

    private static int code(JsonNode reply) {
        return reply.at("/error/code").asInt();
    }
}
