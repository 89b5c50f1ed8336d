package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    @TempDir
    Path folder;

    @Test
    void aStreamGoesOnWhileItsModelAndItsNodepoolAreRemoved() throws Exception {
        var go = new CountDownLatch(1);
        try (var engine = FakeUpstream.start();
                var other = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            engine.then(peer -> peer.streamHead()
                    .event(Answers.text("a"))
                    .stall(go)
                    .event(Answers.text("b"))
                    .event(Answers.finish("stop"))
                    .event("[DONE]"));
            try (var stream = gateway.stream(RunningGateway.streamed("one"))) {
                stream.text();
                gateway.rewrite("""
                        nodepools: [{id: second, base_url: "%s"}]
                        models: [{id: two, nodepools: [second]}]
                        """.formatted(other.baseUrl()));
                assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
                assertEquals(404, gateway.chat(RunningGateway.hello("one")).statusCode());
                other.then(Answers.json(Answers.completion("hello")));
                assertEquals(200, gateway.chat(RunningGateway.hello("two")).statusCode());
                assertEquals(List.of("first/0", "second/0"), replicas(gateway));
                go.countDown();
                assertTrue(stream.events().getLast().contains("[DONE]"));
            }
            RunningGateway.await(
                    () -> replicas(gateway).equals(List.of("second/0")), () -> "the old nodepool stays for ever");
            assertFalse(gateway.metrics().contains("deployment=\"one\""));
        }
    }

    @Test
    void aFileThatIsWrongChangesNothing() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            gateway.rewrite(one(engine).replace("nodepools: [first]", "nodepools: [frist]"));
            var refused = gateway.control("POST", "/config/reload");
            assertEquals(400, refused.statusCode());
            var error = RunningGateway.json(refused).path("error");
            assertEquals("invalid_configuration", error.path("code").asText());
            assertTrue(error.path("message").asText().contains("did you mean"), error::toString);
            assertEquals(0, gateway.metric("forebay_config_last_reload_successful"));
            engine.then(Answers.json(Answers.completion("hello")));
            assertEquals(200, gateway.chat(RunningGateway.hello("one")).statusCode());

            gateway.rewrite(one(engine));
            assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
            assertEquals(1, gateway.metric("forebay_config_last_reload_successful"));
        }
    }

    @Test
    void aFileThatIsBeingWrittenChangesNothing() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            gateway.rewrite("");
            var refused = gateway.control("POST", "/config/reload");
            assertEquals(400, refused.statusCode());
            assertTrue(refused.body().contains("to serve nothing, restart"), refused.body());
            Files.delete(folder.resolve("forebay.yaml"));
            Files.createDirectory(folder.resolve("forebay.yaml"));
            assertTrue(
                    gateway.control("POST", "/config/reload").body().contains("no regular file"), "a folder is read");
            engine.then(Answers.json(Answers.completion("hello")));
            assertEquals(200, gateway.chat(RunningGateway.hello("one")).statusCode());
        }
    }

    @Test
    void tellsWhatChangesAndWhatTakesARestartWithoutTellingSecrets() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            gateway.rewrite("limits: {body_bytes_max: 1 MiB}\n"
                    + one(engine).replace("id: first,", "id: first, slots: 7, api_key: s3cret,"));
            var compared = gateway.control("GET", "/config/changes");
            var reloaded = gateway.control("POST", "/config/reload");
            assertEquals(compared.body(), reloaded.body());
            assertFalse(reloaded.body().contains("s3cret"), reloaded.body());
            var json = RunningGateway.json(reloaded);
            assertEquals(
                    "limits.body_bytes_max", json.path("restart_needed").path(0).asText());
            assertEquals(
                    "7", change(json, "nodepools[first].slots").path("after").asText());
            assertEquals(
                    "***",
                    change(json, "nodepools[first].api_key").path("after").asText());
            var left = RunningGateway.json(gateway.control("GET", "/config/changes"));
            assertEquals(1, left.path("changes").size(), left::toString);
            engine.then(Answers.json(Answers.completion("hello")));
            assertEquals(200, gateway.chat(RunningGateway.hello("one")).statusCode());
            assertEquals("Bearer s3cret", engine.requests().getLast().header("authorization"));
            var settings =
                    RunningGateway.json(gateway.control("GET", "/config")).path("settings");
            assertEquals("7", settings.path("nodepools[first].slots").asText());
        }
    }

    @Test
    void onlyAdministratorsReload() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            assertEquals(403, gateway.post("/api/v1/config/reload", "").statusCode());
            assertEquals(403, gateway.get("/api/v1/config").statusCode());
        }
    }

    @Test
    void aNodepoolCannotChangeItsKind() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, one(engine))) {
            gateway.rewrite("""
                    nodepools: [{id: first, command: [forebay, demo, --port, "{port}"]}]
                    models: [{id: one, nodepools: [first]}]
                    """);
            var refused = gateway.control("POST", "/config/reload");
            assertEquals(400, refused.statusCode());
            assertTrue(refused.body().contains("another kind"), refused.body());
        }
    }

    @Test
    void aHangUpReadsTheFileAgainWhereNoTerminalIsGone() throws Exception {
        try (var engine = FakeUpstream.start();
                var gateway = ForebayProcess.up(folder, "data: data\n" + one(engine))) {
            gateway.awaitReady();
            var key = ForebayProcess.key(folder);
            Files.writeString(
                    folder.resolve("forebay.yaml"), "data: data\n" + one(engine).replace("id: one", "id: renamed"));
            gateway.hangUp();
            engine.then(Answers.json(Answers.completion("hello")));
            RunningGateway.await(
                    () -> {
                        try {
                            return gateway.chat(key, RunningGateway.hello("renamed"))
                                            .statusCode()
                                    == 200;
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    },
                    gateway::errors);
            gateway.terminate();
            assertEquals(0, gateway.awaitExit());
        }
    }

    private static String one(FakeUpstream engine) {
        return """
                nodepools: [{id: first, base_url: "%s"}]
                models: [{id: one, nodepools: [first]}]
                """.formatted(engine.baseUrl());
    }

    private static JsonNode change(JsonNode outcome, String path) {
        return StreamSupport.stream(outcome.path("changes").spliterator(), false)
                .filter(change -> change.path("path").asText().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(outcome));
    }

    static List<String> replicas(RunningGateway gateway) {
        try {
            var rows = RunningGateway.json(gateway.control("GET", "/replicas")).path("data");
            return StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> row.path("id").asText())
                    .sorted()
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
