package dev.forebay.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The tools of real MCP servers, as their {@code tools/list} gave them. */
final class ToolLists {
    private ToolLists() {}

    static List<Tool> of(String... servers) {
        var tools = new ArrayList<Tool>();
        for (var server : servers) {
            try (var lines =
                    Objects.requireNonNull(ToolLists.class.getResourceAsStream("tools-" + server + ".jsonl"), server)) {
                for (var line : new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList()) {
                    var json = new ObjectMapper().readTree(line);
                    tools.add(Tool.of(
                            json.path("name").asText(), json.path("description").asText(), json.path("parameters")));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tools;
    }
}
