package dev.forebay.mcp;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bundled servers that share one process. Nearly always there is one group; a second {@code files} with another root
 * needs a second.
 */
record BundledGroup(List<McpServer> servers) {
    BundledGroup {
        servers = List.copyOf(servers);
    }

    static List<BundledGroup> of(List<McpServer> servers) {
        var groups = new ArrayList<List<McpServer>>();
        for (var server : servers) {
            var name = server.file().bundled();
            if (name.isPresent() && server.file().enabled()) {
                var free = groups.stream()
                        .filter(group -> group.stream()
                                .noneMatch(other -> other.file().bundled().equals(name)))
                        .findFirst();
                free.orElseGet(() -> {
                            var group = new ArrayList<McpServer>();
                            groups.add(group);
                            return group;
                        })
                        .add(server);
            }
        }
        return groups.stream().map(BundledGroup::new).toList();
    }

    /** This program's verb that serves them all over standard input and output. */
    List<String> command(List<String> self, Path data) {
        var command = new ArrayList<>(self);
        command.add("serve-mcp");
        for (var server : servers) {
            var name = server.file().bundled().orElseThrow();
            var settings = server.file().settings();
            command.add(
                    switch (name) {
                        case "files" ->
                            "files="
                                    + settings.root()
                                            .orElse(data.resolve("files"))
                                            .toAbsolutePath();
                        case "notes" ->
                            "notes="
                                    + settings.file()
                                            .orElse(data.resolve("notes.json"))
                                            .toAbsolutePath();
                        default -> name;
                    });
        }
        return command;
    }

    /** The most patient of them. */
    int connectTimeoutSeconds() {
        return servers.stream()
                .map(server -> server.file().connectTimeoutSeconds())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
