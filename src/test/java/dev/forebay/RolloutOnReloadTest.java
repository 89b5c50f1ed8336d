package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed command replaces each replica of a nodepool while requests come and streams run, and none is lost. */
class RolloutOnReloadTest {
    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    @Test
    void noRequestIsLostWhileReplicasAreReplaced() throws Exception {
        var outcomes = new ConcurrentLinkedQueue<String>();
        var over = new AtomicBoolean();
        try (var gateway = RunningGateway.start(folder, yaml("1"));
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var before = awaitReady(gateway, List.of());
            for (var i = 0; i < CLIENTS; i++) {
                clients.submit(() -> {
                    while (!over.get()) {
                        outcomes.add(outcome(gateway));
                    }
                    return null;
                });
            }
            gateway.rewrite(yaml("2"));
            assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
            awaitReady(gateway, before);
            over.set(true);
        }
        assertTrue(outcomes.size() >= CLIENTS);
        assertEquals(
                List.of(),
                outcomes.stream().filter(outcome -> !outcome.equals("whole")).toList());
    }

    private static String outcome(RunningGateway gateway) {
        try {
            var answer = gateway.post("/v1/completions", """
                    {"model":"demo","stream":true,"echo":true,"prompt":"%s"}""".formatted("river ".repeat(20)));
            var whole = answer.statusCode() == 200 && answer.body().contains("[DONE]");
            return whole ? "whole" : answer.statusCode() + " " + answer.body();
        } catch (Exception e) {
            return e.toString();
        }
    }

    /** Two replicas, none of these, of which both serve; returns their ids. */
    private static List<String> awaitReady(RunningGateway gateway, List<String> others) {
        RunningGateway.await(
                () -> {
                    var now = ReloadTest.replicas(gateway);
                    return now.size() == 2 && Collections.disjoint(now, others) && ready(gateway) == 2;
                },
                () -> "replicas: " + ReloadTest.replicas(gateway));
        return ReloadTest.replicas(gateway);
    }

    private static double ready(RunningGateway gateway) {
        try {
            return gateway.metric("forebay_nodepool_replicas", "state=\"ready\"");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String yaml(String generation) {
        return """
                nodepools:
                  - {id: near, command: [forebay, demo, --port, "{port}"], env: {GENERATION: "%s"}, replicas: 2, slots: 4}
                models:
                  - {id: demo, nodepools: [near]}
                """.formatted(generation);
    }
}
