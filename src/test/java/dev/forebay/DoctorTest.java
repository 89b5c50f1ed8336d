package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.compute.FreePorts;
import dev.forebay.compute.Nodepool;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    private static final String GOOD = """
            data: data
            server: {port: 0, warm_up_millis: 0}
            nodepools:
              - {id: ollama, base_url: "http://127.0.0.1:1/v1"}
            models:
              - {id: m, nodepools: [ollama], aliases: [openai/gpt-oss-20b]}
            """;

    @TempDir
    Path folder;

    private final List<FakeEngine> engines = new ArrayList<>();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("forebay.yaml"), GOOD);
    }

    @AfterEach
    void close() {
        engines.forEach(FakeEngine::close);
    }

    @Test
    void whatItPrintsIsAWholeConfiguration() throws Exception {
        Files.writeString(file, "data: data\n");
        var findings = examine(
                FakeEngine.ollama(),
                FakeEngine.llamaCpp(),
                FakeEngine.lmStudio(),
                FakeEngine.vllm(),
                FakeEngine.sglang());

        var pasted = Configuration.of(Yaml.parse("pasted", findings.paste().yaml()), Map.of());

        assertEquals(
                List.of("ollama", "llama-cpp", "lm-studio", "vllm", "sglang"),
                pasted.nodepools().stream().map(Nodepool::id).toList());
        assertEquals(
                List.of("/api/tags", "/health", "/v1/models", "/health", "/health"),
                pasted.nodepools().stream()
                        .map(p -> p.probePath().orElseThrow())
                        .toList());
        var llama = pasted.nodepools().get(1);
        assertEquals(4, llama.slots());
        assertEquals("/m/Qwen3-4B-Q4_K_M.gguf", llama.model().orElseThrow());
        assertEquals(List.of(url(1)), llama.baseUrl());
        assertEquals(
                Map.of(
                        "qwen3:4b", List.of("ollama", "lm-studio"),
                        "nomic-embed-text:latest", List.of("ollama"),
                        "Qwen3-4B-Q4_K_M", List.of("llama-cpp"),
                        "yes", List.of("lm-studio"),
                        "Qwen/Qwen3-8B", List.of("vllm"),
                        "openai/gpt-oss-20b", List.of("sglang")),
                places(pasted));
    }

    @Test
    void whatItPrintsCanBeAddedToTheConfigurationThatIsThere() throws Exception {
        var findings = examine(FakeEngine.ollama(), FakeEngine.sglang());

        var yaml = findings.paste().yaml();
        var blocks = yaml.replace("nodepools:\n", "").split("models:\n", -1);
        var merged =
                GOOD.replace("nodepools:\n", "nodepools:\n" + blocks[0]).replace("models:\n", "models:\n" + blocks[1]);
        var pasted = Configuration.of(Yaml.parse("merged", merged), Map.of());

        assertTrue(yaml.contains("# openai/gpt-oss-20b is a model already; add sglang to its nodepools"), yaml);
        assertEquals(
                Map.of(
                        "qwen3:4b", List.of("ollama-2"),
                        "nomic-embed-text:latest", List.of("ollama-2"),
                        "m", List.of("ollama")),
                places(pasted));
    }

    @Test
    void anEngineThatIsConfiguredIsNotPrintedAgain() throws Exception {
        engines.add(FakeEngine.vllm());
        Files.writeString(
                file,
                GOOD.replace("127.0.0.1:1/", "localhost:" + engines.getFirst().port() + "/"));

        var findings = examine();

        assertEquals(
                List.of("ollama"),
                findings.paste().nodepool(findings.engines().getFirst()).toList());
        assertEquals("", findings.paste().yaml());
    }

    @Test
    void tellsHowManyTokensAModelHasRoomForWhereThatIsFew() throws Exception {
        var text = text(examine(FakeEngine.ollama()));

        assertTrue(text.contains("qwen3:4b is loaded with a context of 4096 tokens, which tools fill soon"), text);
    }

    @Test
    void namesThatWouldMeanSomethingElseInTheFileAreLeftOut() throws Exception {
        var findings = examine(FakeEngine.serving(Map.of("/v1/models", """
                {"data": [{"id": "${env:HOME}"}, {"id": "a\\nb: c"}, {"id": "true"}, {"id": "1.5"}, {"id": "x:"}]}""")));

        var pasted = Configuration.of(Yaml.parse("pasted", findings.paste().yaml()), Map.of());

        assertEquals(
                List.of("true", "1.5", "x:"),
                pasted.models().stream().map(Configuration.ModelSettings::id).toList());
        assertTrue(
                findings.paste().yaml().contains("# 2 models of server-"),
                findings.paste().yaml());
    }

    @Test
    void aServerThatAsksForAKeyIsNamed() throws Exception {
        var findings = examine(FakeEngine.answering(401, Map.of("/", "{}")));

        assertEquals(OptionalInt.empty(), findings.engines().getFirst().slots());
        assertTrue(text(findings).contains("asks for an API key"));
        assertEquals("", findings.paste().yaml());
    }

    @Test
    void whatListensAndSpeaksNoHttpIsNoEngine() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var unused = new FreePorts().getAsInt();
            Thread.ofVirtual().start(() -> {
                try (var connection = silent.accept()) {
                    connection.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            var findings = new Doctor(
                            file, RunningGateway.surroundings(Map.of()), List.of(silent.getLocalPort(), unused))
                    .examine();

            assertEquals(List.of(), findings.engines());
            assertTrue(findings.isWell(), () -> findings.checks().toString());
        }
    }

    @Test
    void aConfigurationThatIsWrongIsToldWithLineAndRemedy() throws Exception {
        Files.writeString(file, GOOD.replace("server:", "servr:"));

        var findings = examine(FakeEngine.vllm());

        assertFalse(findings.isWell());
        assertTrue(text(findings).contains("forebay.yaml:2: servr"), text(findings));
        assertTrue(findings.paste().yaml().contains("- id: vllm"), "it can be found all the same");
    }

    @Test
    void aPortThatAnEngineHasIsToldWithItsName() throws Exception {
        engines.add(FakeEngine.llamaCpp());
        var port = engines.getFirst().port();
        Files.writeString(file, GOOD.replace("port: 0", "port: " + port));

        assertFails("port: cannot listen at 127.0.0.1:" + port, "llama.cpp listens there");
    }

    @Test
    void aDataFolderThatCannotBeMadeIsTold() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        Files.writeString(file, GOOD.replace("data: data", "data: file/data"));

        assertFails("data folder: ", folder.resolve("file") + " must be a folder");
    }

    @Test
    void aProgramThatIsNotThereIsTold() throws Exception {
        Files.writeString(
                file,
                GOOD.replace("base_url: \"http://127.0.0.1:1/v1\"", "command: [no-such-engine, --port, \"{port}\"]"));

        assertFails("nodepool ollama: there is no program \"no-such-engine\" on the PATH");
    }

    @Test
    void aGatewayThatHasTheDataFolderAndDoesNotAnswerIsTold() throws Exception {
        var data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("lock"), ProcessHandle.current().pid() + "\n\n");

        assertFails("gateway: one has this data folder and does not answer", "kill ");
    }

    @Test
    void aGatewayThatRunsIsNoFault() throws Exception {
        try (var _ = RunningGateway.start(folder, GOOD.substring(GOOD.indexOf("nodepools:")))) {
            var findings = examine();

            assertTrue(findings.isWell(), () -> findings.checks().toString());
            assertTrue(text(findings).contains("gateway: one runs on this data folder"), text(findings));
        }
    }

    @Test
    void tellsAllOfItAsJson() throws Exception {
        var findings = examine(FakeEngine.llamaCpp());

        var json = new ObjectMapper().readTree(printed(findings, true));

        assertTrue(json.path("well").asBoolean());
        assertEquals("java", json.path("checks").path(0).path("name").asText());
        assertEquals("ok", json.path("checks").path(0).path("status").asText());
        assertEquals("llama.cpp", json.path("engines").path(0).path("engine").asText());
        assertEquals(4, json.path("engines").path(0).path("slots").asInt());
        assertEquals(findings.paste().yaml(), json.path("paste").asText());
    }

    private void assertFails(String... said) throws Exception {
        var findings = examine();
        var text = text(findings);
        assertFalse(findings.isWell(), text);
        for (var words : said) {
            assertTrue(text.contains(words), text);
        }
    }

    private Doctor.Findings examine(FakeEngine... more) throws InterruptedException {
        engines.addAll(List.of(more));
        return new Doctor(
                        file,
                        RunningGateway.surroundings(Map.of()),
                        engines.stream().map(FakeEngine::port).toList())
                .examine();
    }

    private String text(Doctor.Findings findings) throws IOException {
        return printed(findings, false);
    }

    private String printed(Doctor.Findings findings, boolean json) throws IOException {
        var text = new StringWriter();
        DoctorCommand.print(findings, file, List.of(1), json, new PrintWriter(text));
        return text.toString();
    }

    private URI url(int engine) {
        return URI.create("http://127.0.0.1:" + engines.get(engine).port() + "/v1");
    }

    private static Map<String, List<String>> places(Configuration configuration) {
        var places = new TreeMap<String, List<String>>();
        configuration
                .models()
                .forEach(model -> places.put(
                        model.id(),
                        model.nodepools().stream()
                                .map(place -> place.nodepool())
                                .toList()));
        return places;
    }
}
