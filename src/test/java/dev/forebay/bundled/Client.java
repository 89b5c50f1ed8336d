package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client over real pipes, that checks every result against the schema its tool announced. */
final class Client implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;
    static final ObjectMapper JSON = JsonMapper.builder().build();

    /** What serves the other ends of the pipes, until its input ends. */
    interface Served {
        void serve(InputStream in, OutputStream out) throws Exception;
    }

    /** Replies that belong to no request of {@link #request}. */
    final BlockingQueue<JsonNode> others = new LinkedBlockingQueue<>();

    /** Done when the server has ended. */
    final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final OutputStream toServer;
    private final Map<String, JsonNode> outputSchemas = new HashMap<>();

    private Client(OutputStream toServer, InputStream fromServer) {
        this.toServer = toServer;
        Thread.ofVirtual().start(() -> receive(fromServer));
    }

    static Client of(String... specs) throws Exception {
        return of(InstantSource.system(), ZoneId.of("Europe/Berlin"), specs);
    }

    static Client of(InstantSource clock, ZoneId zone, String... specs) throws Exception {
        return of((in, out) -> BundledServers.serve(List.of(specs), in, out, clock, zone));
    }

    static Client of(Served served) throws Exception {
        var requests = Pipe.open();
        var replies = Pipe.open();
        var client = new Client(Channels.newOutputStream(requests.sink()), Channels.newInputStream(replies.source()));
        Thread.ofPlatform().daemon().start(() -> {
            try (var in = Channels.newInputStream(requests.source());
                    var out = Channels.newOutputStream(replies.sink())) {
                served.serve(in, out);
                client.ended.complete(null);
            } catch (Exception e) {
                client.ended.completeExceptionally(e);
            }
        });
        return client;
    }

    static Client of(Process process) {
        var client = new Client(process.getOutputStream(), process.getInputStream());
        process.onExit().thenRun(() -> client.ended.complete(null));
        return client;
    }

    void send(String line) {
        synchronized (toServer) {
            try {
                toServer.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                toServer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int sendRequest(String method, Object params) {
        var id = ids.incrementAndGet();
        waiting.put(id, new CompletableFuture<>());
        var request =
                JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method);
        request.set("params", JSON.valueToTree(params));
        send(request.toString());
        return id;
    }

    CompletableFuture<JsonNode> reply(int id) {
        return waiting.get(id);
    }

    JsonNode request(String method, Object params) throws Exception {
        return reply(sendRequest(method, params)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    JsonNode result(String method, Object params) throws Exception {
        var reply = request(method, params);
        assertFalse(reply.has("error"), reply::toString);
        return reply.get("result");
    }

    int sendCall(String tool, Map<String, ?> arguments) {
        return sendRequest("tools/call", Map.of("name", tool, "arguments", arguments));
    }

    /** The structured result of a call that succeeds. */
    JsonNode call(String tool, Map<String, ?> arguments) throws Exception {
        var result = result("tools/call", Map.of("name", tool, "arguments", arguments));
        assertFalse(result.get("isError").asBoolean(), result::toString);
        assertFalse(result.at("/content/0/text").asText().isEmpty());
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(outputSchema(tool));
        assertEquals(List.of(), schema.validate(result.get("structuredContent")));
        return result.get("structuredContent");
    }

    /** The message of a call that the tool refuses. */
    String refusal(String tool, Map<String, ?> arguments) throws Exception {
        var result = result("tools/call", Map.of("name", tool, "arguments", arguments));
        assertTrue(result.get("isError").asBoolean(), result::toString);
        assertFalse(result.has("structuredContent"));
        return result.at("/content/0/text").asText();
    }

    /** Ends the server's input and waits for its end. */
    @Override
    public void close() throws IOException {
        toServer.close();
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private JsonNode outputSchema(String tool) throws Exception {
        if (outputSchemas.isEmpty()) {
            result("tools/list", Map.of())
                    .get("tools")
                    .forEach(t -> outputSchemas.put(t.get("name").asText(), t.get("outputSchema")));
        }
        return outputSchemas.get(tool);
    }

    private void receive(InputStream fromServer) {
        try (var lines = new BufferedReader(new InputStreamReader(fromServer, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var reply = JSON.readTree(line);
                var request = waiting.get(reply.path("id").asInt(-1));
                if (request == null) {
                    others.add(reply);
                } else {
                    assertTrue(request.complete(reply), "answered twice");
                }
            }
        } catch (IOException e) {
            others.add(JSON.createObjectNode().put("broken", e.toString()));
        }
    }
}
