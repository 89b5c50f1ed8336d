package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder to copy works wherever it is copied to, with nothing beside it but an engine. */
class ExampleFolderTest {
    private static final Path EXAMPLE = Path.of("config/examples/agentic-gpt-oss-20b");

    @TempDir
    Path elsewhere;

    @Test
    void theCopiedFolderAnswersAnAgenticRequestWithItsOwnTools() throws Exception {
        var copy = copied();
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(
                        copy.resolve("forebay.yaml"),
                        RunningGateway.surroundings(
                                Map.of("GPT_OSS_URL", engine.baseUrl().toString())))) {
            engine.then(calling(
                            "",
                            call("c1", "calculate", "{\"expression\":\"6*7\"}"),
                            call("c2", "current_time", "{\"zone\":\"Asia/Tokyo\"}"),
                            call("c3", "save_note", "{\"key\":\"answer\",\"text\":\"42\"}")))
                    .then(saying("42"));
            try (var stream = gateway.stream(RunningGateway.streamed("agentic-gpt-oss-20b"))) {
                var chunks = stream.chunks();
                var trace = chunks.getLast().path("x_forebay");
                assertEquals(3, trace.path("tools").size(), trace::toString);
                for (var tool : trace.path("tools")) {
                    assertTrue(!tool.has("error"), trace::toString);
                }
            }
            var asked = RunningGateway.JSON.readTree(engine.awaitRequest().body());
            assertEquals("openai/gpt-oss-20b", asked.path("model").asText());
            assertTrue(AgentGateway.contents(
                            RunningGateway.JSON.readTree(engine.awaitRequest().body()), "tool")
                    .getFirst()
                    .contains("42"));
            assertTrue(Files.readString(copy.resolve("data/notes.json")).contains("42"));
        }
    }

    private Path copied() throws IOException {
        var copy = elsewhere.resolve("copied here");
        try (var files = Files.walk(EXAMPLE)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(EXAMPLE.relativize(file)));
            }
        }
        return copy;
    }
}
