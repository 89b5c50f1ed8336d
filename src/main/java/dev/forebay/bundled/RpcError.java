package dev.forebay.bundled;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A message that is answered with an error of JSON-RPC's, not of a tool's. */
final class RpcError extends Exception {
    static final int PARSE = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int NO_SUCH_METHOD = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;
    /** From the range that JSON-RPC leaves to servers. */
    static final int BUSY = -32000;

    private static final long serialVersionUID = 1L;
    private final int code;

    RpcError(int code, String message) {
        super(message);
        this.code = code;
    }

    ObjectNode reply(JsonNode id) {
        var reply = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        reply.set("id", id.isMissingNode() ? NullNode.getInstance() : id);
        reply.putObject("error").put("code", code).put("message", getMessage());
        return reply;
    }
}
