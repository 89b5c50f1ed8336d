package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Node;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Path FILE = Path.of("config/forebay.yaml");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "MODEL_FILE", "model.gguf",
            "OPENAI_COMPATIBLE_URL", "https://example.com/v1",
            "OPENAI_COMPATIBLE_KEY", "k",
            "OPENAI_COMPATIBLE_MODEL", "m");

    @Test
    void theAnnotatedFileHasEveryKeyWithItsDefault() throws IOException {
        var shown = new HashMap<String, String>();
        collect(uncommented(), "", shown);

        var wrong = new ArrayList<String>();
        for (var key : Binding.keys(Configuration.class).entrySet()) {
            var value = shown.get(key.getKey());
            if (value == null) {
                wrong.add(key.getKey() + " does not stand in " + FILE);
            } else if (isCommented(key.getKey()) && !value.equals(key.getValue().orElse(""))) {
                wrong.add(key.getKey() + " is shown as \"" + value + "\", its default is " + key.getValue());
            }
        }

        assertEquals(List.of(), wrong);
    }

    @Test
    void everyExampleBinds() throws IOException {
        try (var files = Files.walk(Path.of("config"))) {
            var found = files.filter(file -> file.getFileName().toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().contains("mcp-servers"))
                    .toList();
            assertTrue(found.size() >= 6, found.toString());
            for (var file : found) {
                var configuration = Configuration.read(file, ENVIRONMENT);
                assertTrue(!configuration.models().isEmpty(), file.toString());
                Gateway.servers(configuration, surroundings());
            }
        }
    }

    @Test
    void aModelMustLeadToANodepoolThatIsThere() {
        var problems = problems("""
                nodepools:
                  - {id: lab, base_url: http://127.0.0.1:1/v1}
                models:
                  - id: a
                    nodepools: [lbb]
                  - id: b
                    nodepools: [lab]
                    agent: {servers: [time]}
                """);

        assertEquals(
                List.of(
                        "f.yaml:5: models[0].nodepools[0]: there is no nodepool \"lbb\"; did you mean \"lab\"?",
                        "f.yaml:8: models[1].agent: has no effect without agentic: true beside it"),
                problems);
    }

    @Test
    void namesMustBeUnique() {
        assertEquals(List.of("f.yaml:3: nodepools[1].id: there are two nodepools of the name a"), problems("""
                        nodepools:
                          - {id: a, base_url: http://127.0.0.1:1/v1}
                          - {id: a, base_url: http://127.0.0.1:1/v1}
                        models: [{id: m, nodepools: [a]}]
                        """));
        assertTrue(problems("""
                        nodepools: [{id: a, base_url: http://127.0.0.1:1/v1}]
                        models: [{id: m, nodepools: [a]}, {id: n, aliases: [m], nodepools: [a]}]
                        """).getFirst().contains("both go by the name m"));
    }

    private static List<String> problems(String text) {
        return assertThrows(ConfigException.class, () -> Configuration.of(Yaml.parse("f.yaml", text), Map.of()))
                .problems()
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static Surroundings surroundings() {
        return new Surroundings(
                ENVIRONMENT,
                Path.of("."),
                java.time.InstantSource.system(),
                System::nanoTime,
                new java.util.Random(1),
                List.of("java"));
    }

    /** The file as it would be with every commented key in force. Prose begins with a capital letter. */
    private static Node.Mapping uncommented() throws IOException {
        return Yaml.parse("uncommented", Files.readString(FILE).replaceAll("(?m)^(\\s*)# ([a-z_]+:( .*)?)$", "$1$2"));
    }

    private static boolean isCommented(String key) throws IOException {
        var name = key.substring(key.lastIndexOf('.') + 1);
        return Files.readString(FILE).lines().anyMatch(line -> line.strip().startsWith("# " + name + ":"));
    }

    private static void collect(Node node, String path, Map<String, String> values) {
        switch (node) {
            case Node.Mapping(var _, var members) ->
                members.forEach((key, value) -> collect(value, path.isEmpty() ? key : path + "." + key, values));
            case Node.Sequence(var _, var items) -> {
                values.putIfAbsent(path, items.isEmpty() ? "[]" : items.toString());
                items.forEach(item -> collect(item, path + "[]", values));
            }
            case Node.Scalar(var _, var text, var isNull) -> values.putIfAbsent(path, isNull ? "" : text);
        }
        if (node instanceof Node.Mapping m && m.members().isEmpty()) {
            values.putIfAbsent(path, "{}");
        }
    }
}
