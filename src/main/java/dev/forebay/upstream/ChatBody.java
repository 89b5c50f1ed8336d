package dev.forebay.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/**
 * A chat request as bytes. It is serialised once, on the run's thread; what differs between nodepools stands in front, so
 * that the event loop only puts two pieces together.
 */
final class ChatBody implements Body {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode streamOptions;
    private final byte[] rest;

    /** @param request changed by this: the members that Forebay sets or keeps to itself are taken out */
    ChatBody(ObjectNode request) {
        streamOptions = request.remove("stream_options") instanceof ObjectNode asked
                ? asked
                : JsonNodeFactory.instance.objectNode();
        streamOptions.put("include_usage", true);
        request.remove("model");
        request.remove("stream");
        request.remove("x_forebay");
        request.remove("mcp_servers");
        rest = bytes(request);
    }

    @Override
    public Buffer forReplica(String model, boolean streamUsage) {
        var front = JsonNodeFactory.instance.objectNode().put("model", model).put("stream", true);
        if (streamUsage) {
            front.set("stream_options", streamOptions);
        }
        var start = bytes(front);
        var body = Buffer.buffer(start.length + rest.length).appendBytes(start, 0, start.length - 1);
        if (rest.length > 2) {
            body.appendByte((byte) ',');
        }
        return body.appendBytes(rest, 1, rest.length - 1);
    }

    @Override
    public int bytes() {
        return rest.length;
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree that cannot be written", e);
        }
    }
}
