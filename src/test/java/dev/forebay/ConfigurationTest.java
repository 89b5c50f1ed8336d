package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.config.ConfigException;
import dev.forebay.config.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
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
}
