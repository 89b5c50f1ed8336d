package dev.forebay.mcp;

import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Default;
import dev.forebay.config.Node;
import dev.forebay.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one server of the JSON map {@code mcpServers} that desktop clients share. Keys beyond these are noted. */
final class ServerMapEntry {
    private static final Logger log = LoggerFactory.getLogger(ServerMapEntry.class);

    record Entry(
            @Default("") String type,
            Optional<String> command,
            List<String> args,
            Map<String, Secret> env,
            Optional<Path> cwd,
            Optional<URI> url,
            Map<String, Secret> headers,
            @Default("false") boolean disabled) {
        Entry {
            if (type.equals("sse")) {
                throw new IllegalArgumentException("type: need stdio or http, got sse, the transport that MCP gave up"
                        + " in 2025; use the server's Streamable HTTP URL");
            }
        }
    }

    private static final Map<String, String> OURS = Map.of(
            "command", "command", "args", "args", "env", "env", "cwd", "directory", "url", "url", "headers", "headers");

    private ServerMapEntry() {}

    /** @throws ConfigException if what we need of it is missing or wrong */
    static McpServerFile read(Node node, Function<String, @Nullable String> environment) {
        if (!(node instanceof Node.Mapping mapping)) {
            throw new ConfigException(node.place().problem("need keys such as command or url, got a single value"));
        }
        var off = mapping.members().get("disabled") instanceof Node.Scalar s
                && s.text().equals("true");
        var lookUp = off ? McpFolder.orEmpty(environment) : environment;
        var entry = Binding.bindLeniently(
                mapping,
                Entry.class,
                lookUp,
                problem -> log.atWarn()
                        .addKeyValue("file", problem.source())
                        .addKeyValue("line", problem.line())
                        .addKeyValue("key", problem.path())
                        .log("unknown key passed over"));
        var members = new LinkedHashMap<String, Node>();
        mapping.members().forEach((key, value) -> {
            var ours = OURS.get(key);
            if (ours != null) {
                members.put(ours, value);
            }
        });
        members.put("enabled", new Node.Scalar(mapping.place(), String.valueOf(!entry.disabled()), false));
        return Binding.bind(new Node.Mapping(mapping.place(), members), McpServerFile.class, lookUp);
    }
}
