package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a gateway in a process of its own ends, with a replica and MCP servers that it has started. */
class ShutdownTest {
    @TempDir
    Path folder;

    private final FakeUpstream engine = FakeUpstream.start();
    private String yaml;

    @BeforeEach
    void configure() throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers/time"));
        Files.writeString(server.resolve("config.yaml"), "bundled: time\ntrusted: true");
        yaml = """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: "%s"}
                  - {id: demo, command: [forebay, demo, --port, "{port}"]}
                models:
                  - {id: m, nodepools: [pool]}
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [time]}}
                  - {id: demo, nodepools: [demo]}
                """.formatted(engine.baseUrl());
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void streamsRunToTheirEndWhileNothingNewIsTaken() throws Exception {
        var end = new CountDownLatch(1);
        engine.then(peer -> peer.streamHead()
                .event(Answers.text("one"))
                .stall(end)
                .event(Answers.text("two"))
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks());
        try (var gateway = ForebayProcess.up(folder, yaml)) {
            var children = childrenOf(gateway);
            try (var stream = gateway.stream(ForebayProcess.key(folder), RunningGateway.streamed("m"))) {
                assertEquals("one", stream.text());
                gateway.terminate();
                gateway.awaitStopping();
                var refused = gateway.chat(ForebayProcess.key(folder), RunningGateway.hello("m"));
                assertEquals(503, refused.statusCode());
                assertTrue(refused.body().contains("shutting_down"), refused::body);
                assertTrue(refused.headers().firstValue("retry-after").isPresent());
                end.countDown();
                assertEquals("two", stream.text());
                assertEquals("[DONE]", stream.events().getLast());
            }
            assertEquals(0, gateway.awaitExit());
            awaitEnd(children);
        }
    }

    @Test
    void aSecondSignalEndsStreamsWithAnError() throws Exception {
        engine.otherwise(peer -> peer.streamHead().event(Answers.text("one")).stall());
        try (var gateway = ForebayProcess.up(folder, yaml)) {
            var children = childrenOf(gateway);
            try (var relayed = gateway.stream(ForebayProcess.key(folder), RunningGateway.streamed("m"));
                    var agentic = gateway.stream(ForebayProcess.key(folder), RunningGateway.streamed("agent"))) {
                for (var stream : List.of(relayed, agentic)) {
                    assertEquals("one", stream.text());
                }
                gateway.terminate();
                gateway.awaitStopping();
                gateway.terminate();
                for (var stream : List.of(relayed, agentic)) {
                    var events = stream.events();
                    assertEquals(1, events.size(), events::toString);
                    assertTrue(events.getFirst().contains("\"code\":\"shutting_down\""), events::toString);
                }
            }
            engine.requests().forEach(FakeUpstream.Request::awaitGone);
            assertEquals(0, gateway.awaitExit());
            awaitEnd(children);
        }
    }

    @Test
    void ofManyStreamsThoseThatEndInTimeAreWholeAndTheRestIsCut() throws Exception {
        try (var crowd = new ShutdownCrowd(folder, 600)) {
            crowd.open(48).terminate().endInTime().hurry().assertTheRestIsCut();
        }
    }

    @Test
    void aTerminalThatIsClosedEndsItWithAllItHasStarted() throws Exception {
        try (var gateway = ForebayProcess.upAtTerminal(folder, yaml)) {
            var children = childrenOf(gateway);
            gateway.closeTerminal();
            assertEquals(0, gateway.awaitExit());
            awaitEnd(children);
        }
    }

    @Test
    void whatAKilledGatewayLeavesBehindIsEndedByTheNextOneThatDoesNotAdopt() throws Exception {
        List<ProcessHandle> children;
        try (var killed = ForebayProcess.up(folder, yaml)) {
            children = childrenOf(killed);
            killed.kill();
        }
        assertTrue(
                children.stream().anyMatch(ProcessHandle::isAlive), "the replica knows nothing of its gateway's end");
        var adopting = "id: demo, command: [forebay, demo";
        assertTrue(yaml.contains(adopting), yaml);
        try (var next = ForebayProcess.up(folder, yaml.replace(adopting, "adopt: false, " + adopting))) {
            next.awaitReady();
            awaitEnd(children);
            next.terminate();
            assertEquals(0, next.awaitExit());
            assertTrue(next.errors().contains("nodepool demo"), next::errors);
        }
    }

    @Test
    void childrenGetNoVariableOfTheGateway() throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers/env"));
        Files.writeString(server.resolve("config.yaml"), "command: [sh, -c, 'env >env.txt; sleep 60']");
        var nodepool = "nodepools:\n  - {id: env, command: [sh, -c, 'env >env.txt; sleep 60'], env: {MINE: '1'}}";
        var more = yaml.replaceFirst("nodepools:", nodepool)
                .replaceFirst("models:", "models:\n  - {id: env, nodepools: [env]}");
        var preset = Map.of("FOREBAY_ADMIN_KEY", "a-key-of-my-own-which-is-long-enough", "A_TOKEN", "secret");
        try (var gateway = ForebayProcess.up(folder, more, preset)) {
            gateway.awaitReady();
            for (var file : List.of(server.resolve("env.txt"), folder.resolve("data/replicas/env.txt"))) {
                RunningGateway.await(() -> has(file, "PATH="), () -> file + " is never written");
                var variables = Files.readString(file);
                assertFalse(variables.contains("FOREBAY_"), variables);
                assertFalse(variables.contains("A_TOKEN"), variables);
            }
            assertTrue(has(folder.resolve("data/replicas/env.txt"), "MINE=1"));
            gateway.terminate();
            gateway.awaitExit();
        }
    }

    /** The replica and the process of the bundled servers, once both are there. */
    private static List<ProcessHandle> childrenOf(ForebayProcess gateway) {
        gateway.awaitReady();
        RunningGateway.await(() -> gateway.children().size() >= 2, () -> "children: " + gateway.children());
        return gateway.children();
    }

    private static void awaitEnd(List<ProcessHandle> children) throws Exception {
        for (var child : children) {
            child.onExit().get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static boolean has(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
