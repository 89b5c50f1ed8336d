package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that never get ready: their requests wait for a while and are then refused with the reason. */
class ReplicaFailureTest {
    @TempDir
    static Path folder;

    private static RunningGateway gateway;
    private static final CapturedLog log = new CapturedLog();

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(folder, """
                nodepools:
                  - id: dying
                    command: [sh, -c, "echo the-password-is-swordfish; exit 3"]
                  - id: mute
                    command: [sleep, "60"]
                    start_timeout_seconds: 1
                  - id: missing
                    command: [no-such-engine-anywhere, --port, "{port}"]
                models:
                  - {id: dying, nodepools: [dying]}
                  - {id: mute, nodepools: [mute]}
                  - {id: missing, nodepools: [missing]}
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        log.close();
    }

    @Test
    void requestsAreRefusedWithAReasonThatIsFitForClients() throws Exception {
        var dying = ask("dying");
        var mute = ask("mute");
        var missing = ask("missing");
        assertRefused(dying, "replica dying/0: it ended with exit code 3 before it was ready");
        assertRefused(mute, "replica mute/0: it was not ready within start_timeout_seconds (1)");
        assertRefused(missing, "replica missing/0: its program is missing");
    }

    @Test
    void theLogSaysMore() {
        RunningGateway.await(
                () -> log.text().contains("the-password-is-swordfish")
                        && log.text().contains("data/replicas/dying-0.log")
                        && log.text().contains("no-such-engine-anywhere")
                        && log.text().contains("install it or give its full path"),
                log::text);
    }

    private static CompletableFuture<String> ask(String model) {
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try {
                var got = gateway.chat(RunningGateway.hello(model));
                assertTrue(got.headers().firstValue("retry-after").isPresent());
                answer.complete(got.statusCode() + " " + got.body());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static void assertRefused(CompletableFuture<String> answer, String reason) throws Exception {
        var said = answer.get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertEquals("503", said.substring(0, 3), said);
        assertTrue(said.contains(reason + "; the gateway's log says more"), said);
        for (var hidden : new String[] {"swordfish", "/replicas/", "http://", folder.toString()}) {
            assertFalse(said.contains(hidden), said);
        }
    }
}
