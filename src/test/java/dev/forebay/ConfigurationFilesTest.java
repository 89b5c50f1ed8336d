package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.config.Binding;
import dev.forebay.config.Node;
import dev.forebay.config.Yaml;
import dev.forebay.mcp.McpFolder;
import dev.forebay.mcp.McpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files that come with the program say what the program does. */
class ConfigurationFilesTest {
    private static final Path DEFAULT = Path.of("config/forebay.yaml");

    /** A key that is commented out, at any depth; a sentence begins with a capital letter or has no colon. */
    private static final Pattern COMMENTED_KEY =
            Pattern.compile("^( *)# ( *(?:- )?[a-z_][a-z0-9_]*:.*)$", Pattern.MULTILINE);

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "HOME", "/home/someone",
            "MODEL_FILE", "model.gguf",
            "OPENAI_COMPATIBLE_URL", "https://models.example/v1",
            "OPENAI_COMPATIBLE_KEY", "key",
            "OPENAI_COMPATIBLE_MODEL", "model");

    @Test
    void theDefaultFileNamesEveryKeyAndOnlyKeysThatThereAre() throws IOException {
        assertEquals(
                new TreeSet<>(Binding.keys(Configuration.class).keySet()),
                new TreeSet<>(values(uncommented()).keySet()));
    }

    @Test
    void whatIsCommentedOutInTheDefaultFileIsTheDefault() throws IOException {
        var defaults = Binding.keys(Configuration.class);
        var active = values(Yaml.read(DEFAULT));
        var wrong = new ArrayList<String>();
        values(uncommented()).forEach((key, value) -> {
            var expected = defaults.getOrDefault(key, Optional.empty());
            if (!active.containsKey(key)
                    && expected.isPresent()
                    && !expected.get().equals(value)) {
                wrong.add(key + " is " + expected.get() + ", not " + value);
            }
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void theDefaultFileBindsAsItIsAndWithEveryKeySwitchedOn() throws IOException {
        assertFalse(Configuration.read(DEFAULT, Map.of()).models().isEmpty());
        Configuration.of(uncommented(), Map.of());
    }

    static List<Path> examples() throws IOException {
        try (var files = Files.walk(Path.of("config/examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().contains("mcp-servers"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleBindsAndItsServersAreThere(Path file) {
        var configuration = Configuration.read(file, ENVIRONMENT);
        var known = servers(configuration.mcp().folder()).keySet();
        for (var model : configuration.models()) {
            for (var server : model.agent().servers()) {
                assertTrue(known.contains(server.name()), () -> file + ": no MCP server " + server.name());
            }
        }
    }

    @Test
    void everyServerThatComesWithTheProgramReads() {
        var servers = servers(Path.of("mcp-servers"));
        for (var bundled : List.of("time", "calculator", "files", "notes")) {
            assertTrue(servers.get(bundled).file().enabled(), bundled);
        }
        for (var npm : List.of("everything", "filesystem", "memory", "sequential-thinking")) {
            assertFalse(servers.get(npm).file().enabled(), npm);
        }
    }

    private static Map<String, McpServer> servers(Path folder) {
        var servers = new TreeMap<String, McpServer>();
        McpFolder.read(folder, ENVIRONMENT::get).forEach(server -> servers.put(server.id(), server));
        return servers;
    }

    private static Node.Mapping uncommented() throws IOException {
        return Yaml.parse(
                DEFAULT.toString(),
                COMMENTED_KEY.matcher(Files.readString(DEFAULT)).replaceAll("$1$2"));
    }

    /** Every value by its key as {@link Binding#keys} writes it, lists and maps of plain values as YAML. */
    private static Map<String, String> values(Node node) {
        var values = new TreeMap<String, String>();
        collect("", node, values);
        return values;
    }

    private static void collect(String key, Node node, Map<String, String> values) {
        switch (node) {
            case Node.Mapping mapping when mapping.members().isEmpty() -> values.put(key, "{}");
            case Node.Mapping mapping ->
                mapping.members()
                        .forEach((name, member) -> collect(key.isEmpty() ? name : key + "." + name, member, values));
            case Node.Sequence list
            when list.items().stream().anyMatch(Node.Mapping.class::isInstance) ->
                list.items().forEach(item -> collect(key + "[]", item, values));
            case Node.Sequence list -> values.put(key, list.items().isEmpty() ? "[]" : "[...]");
            case Node.Scalar scalar -> values.put(key, scalar.text());
        }
    }
}
