package dev.forebay.bundled;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.bundled.Messages.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session over stdio: JSON-RPC 2.0, one message a line. The caller's thread reads; calls of tools run on
 * virtual threads, everything else is answered at once, so that a ping or a cancellation never waits for a tool.
 */
final class Session {
    private static final int JSON_DEPTH_MAX = 64;

    /** Long enough for calls of a client that closed its end right after asking; a client that is gone waits for none. */
    private static final Duration CLOSING_GRACE = Duration.ofMillis(400);

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final Methods methods;
    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(JSON_DEPTH_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final Messages messages;
    private final Output output;
    private final Calls calls = new Calls();

    Session(Methods methods, InputStream in, OutputStream out) {
        this.methods = methods;
        this.messages = new Messages(in, json);
        this.output = new Output(out, json);
    }

    /** Serves until the end of input. */
    void run() throws IOException, InterruptedException {
        for (var next = messages.next(); next.isPresent(); next = messages.next()) {
            switch (next.get()) {
                case Message.Good good -> onMessage(good.json(), good.bytes());
                case Message.Bad bad -> {
                    log.atWarn().addKeyValue("reason", bad.error().getMessage()).log("bundled servers skipped a line");
                    output.write(bad.error().reply(bad.id()));
                }
            }
        }
        calls.close(CLOSING_GRACE);
    }

    private void onMessage(JsonNode message, int bytes) throws InterruptedException {
        try {
            if (message.isArray()) {
                calls.start(new Object(), bytes, () -> batch(message));
            } else if (message.path("method").asText().equals("tools/call") && isId(message.path("id"))) {
                calls.start(message.path("id"), bytes, () -> effect(answer(message)));
            } else {
                answer(message).ifPresent(output::write);
            }
        } catch (RpcError e) {
            output.write(e.reply(message.path("id")));
        }
    }

    /** Batches exist in protocol version 2025-03-26 only. */
    private Runnable batch(JsonNode messages) throws InterruptedException {
        if (messages.isEmpty()) {
            var error = new RpcError(RpcError.INVALID_REQUEST, "a batch needs at least one message");
            return () -> output.write(error.reply(MissingNode.getInstance()));
        }
        var replies = JsonNodeFactory.instance.arrayNode();
        for (var message : messages) {
            answer(message).ifPresent(replies::add);
        }
        return () -> {
            if (!replies.isEmpty()) {
                output.write(replies);
            }
        };
    }

    private Runnable effect(Optional<ObjectNode> reply) {
        return () -> reply.ifPresent(output::write);
    }

    /** The reply; none for notifications and for replies to requests, since we send none. */
    private Optional<ObjectNode> answer(JsonNode message) throws InterruptedException {
        var id = message.path("id");
        var method = message.path("method");
        try {
            if (message.isObject() && !message.has("method") && (message.has("result") || message.has("error"))) {
                return Optional.empty();
            }
            if (!method.isTextual() || !message.path("jsonrpc").asText().equals("2.0")) {
                throw new RpcError(
                        RpcError.INVALID_REQUEST,
                        "not a JSON-RPC 2.0 message: needs \"jsonrpc\": \"2.0\" and a method");
            }
            if (id.isMissingNode()) {
                onNotification(method.textValue(), message.path("params"));
                return Optional.empty();
            }
            if (!isId(id)) {
                throw new RpcError(RpcError.INVALID_REQUEST, "id must be a text or a whole number");
            }
            var reply = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
            reply.set("id", id);
            reply.set("result", methods.call(method.textValue(), message.path("params")));
            return Optional.of(reply);
        } catch (RpcError e) {
            return Optional.of(e.reply(isId(id) ? id : MissingNode.getInstance()));
        } catch (RuntimeException e) {
            log.atError().addKeyValue("method", method.asText()).setCause(e).log("bundled server failed");
            return Optional.of(new RpcError(RpcError.INTERNAL, "a defect of this server: " + e).reply(id));
        }
    }

    private void onNotification(String method, JsonNode params) {
        if (method.equals("notifications/cancelled")) {
            calls.cancel(params.path("requestId"));
        }
    }

    private static boolean isId(JsonNode id) {
        return id.isTextual() || id.isIntegralNumber();
    }
}
