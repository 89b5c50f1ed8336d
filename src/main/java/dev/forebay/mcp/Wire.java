package dev.forebay.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON-RPC messages as bytes. Numbers keep every digit; depth and lengths are bounded by the message's own bound. */
final class Wire {
    private static final int DEPTH_MAX = 200;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Wire() {}

    /** A message that belongs to no call has this in place of an id. */
    static final long NO_ID = 0;

    static JsonNode parse(byte[] bytes, int from, int length) throws IOException {
        return JSON.readTree(bytes, from, length);
    }

    static byte[] bytes(JsonNode message) {
        try {
            return JSON.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of nodes always prints", e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode request(long id, String method, ObjectNode params) {
        var message = object();
        message.put("jsonrpc", McpSchema.JSONRPC_VERSION).put("id", id).put("method", method);
        message.set("params", params);
        return message;
    }

    static ObjectNode notification(String method, @Nullable ObjectNode params) {
        var message = object();
        message.put("jsonrpc", McpSchema.JSONRPC_VERSION).put("method", method);
        if (params != null) {
            message.set("params", params);
        }
        return message;
    }

    static ObjectNode result(JsonNode id, ObjectNode result) {
        var message = object();
        message.put("jsonrpc", McpSchema.JSONRPC_VERSION).set("id", id);
        message.set("result", result);
        return message;
    }

    static ObjectNode error(JsonNode id, int code, String text) {
        var message = object();
        message.put("jsonrpc", McpSchema.JSONRPC_VERSION).set("id", id);
        message.putObject("error").put("code", code).put("message", text);
        return message;
    }

    /** The id of an answer as we sent it; some servers send numbers back as text. */
    static long id(JsonNode id) {
        if (id.isIntegralNumber() && id.canConvertToLong()) {
            return id.longValue();
        }
        return id.isTextual() && id.textValue().matches("\\d{1,18}") ? Long.parseLong(id.textValue()) : NO_ID;
    }
}
