package dev.forebay.bundled;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MCP's methods over the tools of the servers named. Holds no state between calls: a session needs none. */
final class Methods {
    /** Oldest first. The newest is offered to a client that asks for one we do not know. */
    static final List<String> VERSIONS = List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final ObjectNode listed = JsonNodeFactory.instance.objectNode();
    private final String instructions;

    /** @param servers their tools are listed in this order, the same on every start, which helps prompt caches */
    Methods(List<Server> servers) {
        var list = listed.putArray("tools");
        var about = new ArrayList<String>();
        for (var server : servers) {
            about.add(server.name() + ": " + server.about());
            for (var tool : server.tools()) {
                tools.put(tool.name(), tool);
                list.add(tool.listed(server.name()));
            }
        }
        instructions = String.join("\n", about);
    }

    ObjectNode call(String method, JsonNode params) throws RpcError, InterruptedException {
        return switch (method) {
            case "initialize" -> initialize(params);
            case "ping" -> JsonNodeFactory.instance.objectNode();
            case "tools/list" -> list(params);
            case "tools/call" -> callTool(params);
            default ->
                throw new RpcError(
                        RpcError.NO_SUCH_METHOD,
                        "no method \"%s\"; there are initialize, ping, tools/list, tools/call"
                                .formatted(shown(method)));
        };
    }

    private ObjectNode initialize(JsonNode params) throws RpcError {
        var asked = params.path("protocolVersion");
        if (!asked.isTextual()) {
            throw new RpcError(RpcError.INVALID_PARAMS, "initialize needs params.protocolVersion");
        }
        var version = VERSIONS.contains(asked.textValue()) ? asked.textValue() : VERSIONS.getLast();
        var result = JsonNodeFactory.instance.objectNode().put("protocolVersion", version);
        result.putObject("capabilities").putObject("tools").put("listChanged", false);
        result.putObject("serverInfo")
                .put("name", "forebay-bundled")
                .put("title", "Servers that ship with Forebay")
                .put("version", builtVersion());
        return result.put("instructions", instructions);
    }

    private ObjectNode list(JsonNode params) throws RpcError {
        if (params.hasNonNull("cursor")) {
            throw new RpcError(RpcError.INVALID_PARAMS, "no such cursor: the list of tools has one page");
        }
        return listed;
    }

    private ObjectNode callTool(JsonNode params) throws RpcError, InterruptedException {
        var name = params.path("name");
        var tool = name.isTextual() ? tools.get(name.textValue()) : null;
        if (tool == null) {
            throw new RpcError(
                    RpcError.INVALID_PARAMS,
                    "no tool \"%s\"; there are %s".formatted(shown(name.asText()), String.join(", ", tools.keySet())));
        }
        var arguments = params.path("arguments");
        if (arguments.isMissingNode() || arguments.isNull()) {
            arguments = JsonNodeFactory.instance.objectNode();
        }
        if (!arguments.isObject()) {
            throw new RpcError(RpcError.INVALID_PARAMS, "params.arguments must be an object");
        }
        return tool.call(arguments);
    }

    private static String builtVersion() {
        return Optional.ofNullable(Methods.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static String shown(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "…";
    }
}
