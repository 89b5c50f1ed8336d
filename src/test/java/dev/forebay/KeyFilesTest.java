package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys that a first start makes, and the folder that belongs to one gateway. */
class KeyFilesTest {
    private static final String YAML = """
            data: data
            server: {warm_up_millis: 0}
            mcp: {folder: none}
            nodepools: [{id: pool, base_url: "URL"}]
            models: [{id: m, nodepools: [pool]}]
            """;

    @TempDir
    Path folder;

    @Test
    void theAdminKeyIsShownOnceAndBothFilesAreTheUsersAlone() throws Exception {
        try (var engine = FakeUpstream.answering(Answers.json(Answers.completion("hi")))) {
            var yaml = YAML.replace("URL", engine.baseUrl().toString());
            try (var first = ForebayProcess.up(folder, yaml)) {
                first.awaitReady();
                var admin = key("admin.key");
                assertTrue(admin.startsWith("fb_"));
                RunningGateway.await(() -> first.output().contains(admin), first::output);
                assertFalse(first.output().contains(key("local.key")), first::output);
                for (var name : List.of("admin.key", "local.key")) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name))),
                            name);
                    assertEquals(
                            200,
                            first.chat(key(name), RunningGateway.hello("m")).statusCode());
                }
                assertNotEquals(key("admin.key"), key("local.key"));

                refusesASecondGateway(first, yaml);

                first.terminate();
                assertEquals(0, first.awaitExit());
                assertNothingSecret(first.errors(), admin);
            }
            var admin = key("admin.key");
            try (var second = ForebayProcess.up(folder, yaml)) {
                second.awaitReady();
                assertFalse(second.output().contains("fb_"), second::output);
                assertEquals(200, second.chat(admin, RunningGateway.hello("m")).statusCode());
            }
        }
    }

    private void refusesASecondGateway(ForebayProcess first, String yaml) throws Exception {
        try (var second = ForebayProcess.up(folder, yaml)) {
            assertNotEquals(0, second.awaitExit());
            var said = second.errors();
            assertTrue(said.contains(Long.toString(first.pid())), said);
            assertTrue(said.contains(first.awaitReady().toString()), said);
            assertTrue(said.contains(folder.resolve("data").toString()), said);
            assertFalse(said.contains("\tat "), said);
        }
        assertEquals(200, first.get("/health/ready").statusCode());
    }

    @Test
    void theEnvironmentCanPresetTheAdminKey() throws Exception {
        var preset = "a-key-of-my-own-which-is-long-enough";
        try (var engine = FakeUpstream.answering(Answers.json(Answers.completion("hi")));
                var log = new CapturedLog();
                var gateway = RunningGateway.start(
                        folder,
                        YAML.replaceFirst("data.*\n.*\n", "")
                                .replace("URL", engine.baseUrl().toString()),
                        Map.of("FOREBAY_ADMIN_KEY", preset))) {
            assertEquals(200, ask(gateway, preset));
            assertEquals(401, ask(gateway, preset + "x"));
            assertNothingSecret(log.text(), preset);
        }
    }

    private static int ask(RunningGateway gateway, String key) throws Exception {
        return gateway.post("/v1/chat/completions", RunningGateway.hello("m"), "authorization", "Bearer " + key)
                .statusCode();
    }

    private void assertNothingSecret(String log, String key) throws Exception {
        assertFalse(log.contains(key), log);
        assertFalse(log.contains(key("local.key")), log);
        assertFalse(log.contains("hello"), log);
    }

    private String key(String name) throws Exception {
        return Files.readString(file(name)).strip();
    }

    private Path file(String name) {
        return folder.resolve("data").resolve(name);
    }
}
