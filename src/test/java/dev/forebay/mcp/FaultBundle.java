package dev.forebay.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Stands in for the verb {@code serve-mcp}: one tool for each argument, which tells arguments and pid. */
final class FaultBundle {
    private FaultBundle() {}

    static void serve(List<String> servers) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var message = FaultTools.JSON.readTree(line);
            if (!message.has("id")) {
                continue;
            }
            var answer = FaultTools.JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", message.path("id"));
            var result = answer.putObject("result");
            switch (message.path("method").asText()) {
                case "initialize" ->
                    result.put("protocolVersion", "2025-11-25")
                            .putObject("capabilities")
                            .putObject("tools");
                case "tools/list" -> servers.forEach(server -> list(result, server.split("=", 2)[0]));
                default ->
                    result.putArray("content")
                            .addObject()
                            .put("type", "text")
                            .put("text", ProcessHandle.current().pid() + " " + servers);
            }
            System.out.println(answer);
        }
    }

    private static void list(ObjectNode result, String server) {
        var tool = result.withArrayProperty("tools").addObject().put("name", server + "_tool");
        tool.putObject("inputSchema").put("type", "object");
        tool.putObject("_meta").put("dev.forebay/server", server);
    }
}
