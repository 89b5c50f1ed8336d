package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is killed again and again, at moments that a seed chooses: while it starts, serves, or streams. */
class KillsSlow {
    private static final long SEED = 20_261_125;
    private static final int KILLS = 20;
    private static final int MILLIS_MAX = 3000;

    @TempDir
    Path folder;

    @Test
    void eachStartFindsWhatTheFirstOneMade() throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers/time"));
        Files.writeString(server.resolve("config.yaml"), "bundled: time\ntrusted: true");
        var random = new Random(SEED);
        var children = new ArrayList<ProcessHandle>();
        try (var engine = FakeUpstream.answering(
                peer -> peer.streamHead().event(Answers.text("one")).stall())) {
            var yaml = yaml(engine);
            String key;
            try (var first = ForebayProcess.up(folder, yaml)) {
                first.awaitReady();
                key = ForebayProcess.key(folder);
                first.kill();
            }
            for (var kill = 0; kill < KILLS; kill++) {
                var moment = random.nextInt(MILLIS_MAX);
                try (var gateway = ForebayProcess.up(folder, yaml)) {
                    var clients = clients(gateway, key);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(moment));
                    children.addAll(gateway.children());
                    gateway.kill();
                    clients.await();
                }
                assertEquals(key, ForebayProcess.key(folder), "after kill " + kill + " at " + moment + " ms");
            }
            try (var last = ForebayProcess.up(folder, yaml)) {
                last.awaitReady();
                for (var child : children) {
                    child.onExit().get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
                engine.then(Answers.json(Answers.completion("fine")));
                assertEquals(
                        200, last.chat(key, RunningGateway.hello("relayed")).statusCode());
                last.terminate();
                assertEquals(0, last.awaitExit());
                assertFalse(last.errors().contains("\"level\":\"error\""), last::errors);
            }
        }
    }

    /** Streams in both lanes, begun as soon as the gateway is ready; none of them may look complete. */
    private static CountDownLatch clients(ForebayProcess gateway, String key) {
        var models = List.of("relayed", "agentic");
        var ended = new CountDownLatch(models.size());
        for (var model : models) {
            Thread.ofVirtual().start(() -> {
                try (var stream = gateway.stream(key, RunningGateway.streamed(model))) {
                    assertTrue(stream.events().stream().noneMatch("[DONE]"::equals));
                } catch (Exception _) {
                    // Killed before it was ready, or in the middle of an answer, which is what this is about.
                } catch (AssertionError e) {
                    if (String.valueOf(e.getMessage()).startsWith("not ready")) {
                        return;
                    }
                    throw e;
                } finally {
                    ended.countDown();
                }
            });
        }
        return ended;
    }

    private static String yaml(FakeUpstream engine) {
        return """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: "%s", slots: 3}
                  - {id: demo, command: [forebay, demo, --port, "{port}"]}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true, agent: {servers: [time]}}
                  - {id: demo, nodepools: [demo]}
                """.formatted(engine.baseUrl());
    }
}
