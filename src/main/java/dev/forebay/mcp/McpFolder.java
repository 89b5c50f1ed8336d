package dev.forebay.mcp;

import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Node;
import dev.forebay.config.Problem;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the folder of servers: each folder in it with a {@code config.yaml}, and each {@code *.json} with a map
 * {@code mcpServers}. All problems of all files are found in one go.
 */
public final class McpFolder {
    private static final Logger log = LoggerFactory.getLogger(McpFolder.class);

    private final Function<String, @Nullable String> environment;
    private final Map<String, McpServer> servers = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private McpFolder(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /**
     * All servers, disabled ones too, sorted by id.
     *
     * @param environment what {@code ${env:NAME}} looks into
     * @throws ConfigException with every problem of every file
     */
    public static List<McpServer> read(Path folder, Function<String, @Nullable String> environment) {
        if (!Files.isDirectory(folder)) {
            log.atWarn().addKeyValue("folder", folder).log("no folder of mcp servers");
            return List.of();
        }
        var reader = new McpFolder(environment);
        for (var entry : entries(folder)) {
            reader.readEntry(folder, entry);
        }
        if (!reader.problems.isEmpty()) {
            throw new ConfigException(reader.problems);
        }
        return List.copyOf(reader.servers.values());
    }

    private static List<Path> entries(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new ConfigException(new Problem(folder.toString(), 1, "", "the folder cannot be read: " + e));
        }
    }

    private void readEntry(Path folder, Path entry) {
        var config = entry.resolve("config.yaml");
        if (Files.isRegularFile(config)) {
            collect(() -> {
                var node = Yaml.read(config);
                add(node.place(), entry.getFileName().toString(), entry, single(node));
            });
        } else if (Files.isRegularFile(entry)
                && entry.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            collect(() -> readMap(Yaml.read(entry), folder));
        }
    }

    private McpServerFile single(Node.Mapping node) {
        return node.members().containsKey("mcp_server") || node.members().containsKey("model")
                ? ClarifaiServer.read(node, environment)
                : Binding.bind(node, McpServerFile.class, lookUp(node));
    }

    private void readMap(Node.Mapping node, Path folder) {
        if (!(node.members().get("mcpServers") instanceof Node.Mapping map)) {
            throw new ConfigException(node.place().problem("need a map \"mcpServers\" of servers by name"));
        }
        map.members()
                .forEach((name, entry) ->
                        collect(() -> add(entry.place(), name, folder, ServerMapEntry.read(entry, environment))));
    }

    private void add(Node.Place place, String id, Path folder, McpServerFile file) {
        try {
            if (servers.putIfAbsent(id, new McpServer(id, folder, file)) != null) {
                throw new IllegalArgumentException("there are two servers \"" + id + "\"; rename one of them");
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(place.problem(String.valueOf(e.getMessage())));
        }
    }

    /** A server that is switched off must not stop the start because its token is not set. */
    private Function<String, @Nullable String> lookUp(Node.Mapping node) {
        var off = node.members().get("enabled") instanceof Node.Scalar s
                && List.of("false", "no", "off").contains(s.text().toLowerCase(Locale.ROOT));
        return off ? orEmpty(environment) : environment;
    }

    static Function<String, @Nullable String> orEmpty(Function<String, @Nullable String> environment) {
        return name -> {
            var value = environment.apply(name);
            return value == null ? "" : value;
        };
    }

    private void collect(Runnable step) {
        try {
            step.run();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
    }
}
