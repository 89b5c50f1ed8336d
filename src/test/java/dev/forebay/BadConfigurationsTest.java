package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.forebay.config.ConfigException;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What can be wrong in deployments, and what the user reads then. The tables are text files: in each case, lines with a
 * minus are what stands in a good file, lines with a plus what stands there instead, lines with an exclamation mark the
 * whole message.
 */
class BadConfigurationsTest {
    private static final String MODEL = """
            nodepools:
              - {id: gpu-a, command: [serve], replicas: 2}
              - {id: gpu-b, base_url: http://127.0.0.1:1/v1}
            models:
              - id: chat
                nodepools: [gpu-a, gpu-b]
            """;

    private record Case(String piece, String instead, String message) {
        static Case of(String block) {
            return new Case(lines(block, "- "), lines(block, "+ "), lines(block, "! "));
        }

        private static String lines(String block, String sign) {
            return block.lines()
                    .filter(line -> line.startsWith(sign))
                    .map(line -> line.substring(2))
                    .collect(Collectors.joining("\n"));
        }

        String replace(String text) {
            return text.replace(piece, instead);
        }

        @Override
        public String toString() {
            return instead.isEmpty() ? "without " + piece : instead;
        }
    }

    @TempDir
    Path folder;

    static List<Case> compact() throws IOException {
        return table("bad-models.txt");
    }

    static List<Case> files() throws IOException {
        return table("bad-deployment-files.txt");
    }

    private static List<Case> table(String name) throws IOException {
        return Arrays.stream(Files.readString(
                                Path.of("src/test/resources/dev/forebay").resolve(name))
                        .split("\n\n"))
                .map(Case::of)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("compact")
    void theCompactForm(Case bad) {
        var text = bad.replace(MODEL);
        assertNotEquals(MODEL, text);

        var e = assertThrows(ConfigException.class, () -> Configuration.of(Yaml.parse("f.yaml", text), Map.of()));

        assertEquals(bad.message(), e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("files")
    void clarifaisFiles(Case bad) {
        var good = List.of(
                ClarifaiExample.OWN, ClarifaiExample.CLUSTER, ClarifaiExample.NODEPOOLS, ClarifaiExample.DEPLOYMENT);
        var text = good.stream().map(bad::replace).toList();
        assertNotEquals(good, text);
        var example = new ClarifaiExample(folder);

        var e = assertThrows(
                ConfigException.class, () -> example.read(text.get(0), text.get(1), text.get(2), text.get(3)));

        assertEquals(bad.message(), String.join("\n", example.problems(e)));
    }
}
