package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.mcp.FaultServer;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see, what is left behind and what the next one finds when a process is killed with answers open. */
class KilledTest {
    @TempDir
    Path folder;

    @Test
    void aReplicaWithStreamsOpenInBothLanes() throws Exception {
        var yaml = """
                nodepools:
                  - {id: own, command: %s, slots: 2}
                models:
                  - {id: relayed, nodepools: [own]}
                  - {id: agentic, nodepools: [own], agentic: true}
                """;
        try (var gateway = RunningGateway.start(folder, yaml.formatted(quoted(StallingEngine.command())))) {
            var streams = List.of(
                    gateway.stream(RunningGateway.streamed("relayed")),
                    gateway.stream(RunningGateway.streamed("agentic")));
            var pid = streams.getFirst().text();
            assertEquals(pid, streams.getLast().text());

            ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();

            for (var stream : streams) {
                var events = stream.events();
                assertEquals(1, events.size(), events::toString);
                assertTrue(events.getFirst().startsWith("{\"error\":"), events::toString);
                stream.close();
            }
            gateway.awaitMetric(0, "forebay_nodepool_inflight");
            // It waits for the replica that is started in its place, whose slots are all free.
            var next = RunningGateway.json(gateway.chat(RunningGateway.hello("relayed")));
            assertNotEquals(pid, next.at("/choices/0/message/content").asText());
            assertFalse(next.at("/choices/0/message/content").asText().isEmpty(), next::toString);
        }
    }

    @Test
    void theGatewayWithStreamsOpenInBothLanesAndAToolRunning() throws Exception {
        server("faulty", "command: " + quoted(FaultServer.command()) + "\nconnect_timeout_seconds: 20");
        server("time", "bundled: time\ntrusted: true");
        try (var engine = FakeUpstream.answering(
                peer -> peer.streamHead().event(Answers.text("one")).stall())) {
            var yaml = yaml(engine);
            String key;
            try (var killed = ForebayProcess.up(folder, yaml)) {
                killed.awaitReady();
                key = ForebayProcess.key(folder);
                var streams = new ArrayList<OpenStream>();
                for (var model : List.of("relayed", "agentic")) {
                    streams.add(killed.stream(key, RunningGateway.streamed(model)));
                    assertEquals("one", streams.getLast().text());
                }
                engine.then(calling("one", call("c1", "hang", "{}")));
                streams.add(killed.stream(key, RunningGateway.streamed("agentic")));
                assertEquals("one", streams.getLast().text());
                RunningGateway.await(() -> killed.children().size() >= 2, () -> "children: " + killed.children());
                var children = killed.children();

                killed.kill();

                for (var stream : streams) {
                    assertLooksBroken(stream);
                }
                engine.requests().forEach(FakeUpstream.Request::awaitGone);
                // Nobody tells them but the end of their input.
                for (var child : children) {
                    child.onExit().get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
            }
            try (var next = ForebayProcess.up(folder, yaml)) {
                next.awaitReady();
                assertEquals(key, ForebayProcess.key(folder));
                for (var i = 0; i < 4; i++) {
                    engine.then(Answers.json(Answers.completion("next")));
                    assertEquals(
                            200, next.chat(key, RunningGateway.hello("relayed")).statusCode());
                }
                next.terminate();
                assertEquals(0, next.awaitExit());
            }
        }
    }

    @Test
    void theGatewayWhoseReplicaIsThenReadyAtOnceInTheNext() throws Exception {
        // Its start marks a folder; a second start would never get ready, as one that takes long to load.
        var script = "mkdir loaded || sleep 600; exec " + String.join(" ", StallingEngine.command());
        var yaml = """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: own, command: [sh, -c, '%s'], slots: 2}
                models:
                  - {id: relayed, nodepools: [own]}
                """.formatted(script);
        Files.createDirectories(folder.resolve("mcp-servers"));
        String replica;
        try (var killed = ForebayProcess.up(folder, yaml)) {
            var answer = killed.chat(key(killed), RunningGateway.hello("relayed"));
            replica =
                    RunningGateway.json(answer).at("/choices/0/message/content").asText();
            killed.kill();
        }
        try (var next = ForebayProcess.up(folder, yaml)) {
            var answer = next.chat(key(next), RunningGateway.hello("relayed"));
            assertEquals(
                    replica,
                    RunningGateway.json(answer).at("/choices/0/message/content").asText());
            next.terminate();
            assertEquals(0, next.awaitExit());
        }
        var process = ProcessHandle.of(Long.parseLong(replica));
        if (process.isPresent()) {
            // It is nobody's child here: its entry may be there a moment longer.
            process.get().onExit().get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private String key(ForebayProcess gateway) throws IOException {
        gateway.awaitReady();
        return ForebayProcess.key(folder);
    }

    private static String yaml(FakeUpstream engine) {
        return """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: "%s", slots: 3}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true, agent: {servers: [faulty, time]}}
                """.formatted(engine.baseUrl());
    }

    /** It ends without anything that a client could take for an end of the answer. */
    private static void assertLooksBroken(OpenStream stream) {
        var events = new ArrayList<String>();
        try {
            while (true) {
                events.add(stream.event());
            }
        } catch (IOException | AssertionError _) {
            assertFalse(events.contains("[DONE]"), events::toString);
            assertTrue(events.stream().noneMatch(event -> event.contains("\"finish_reason\":\"")), events::toString);
        }
    }

    private void server(String id, String yaml) throws IOException {
        var server = Files.createDirectories(folder.resolve("mcp-servers").resolve(id));
        Files.writeString(server.resolve("config.yaml"), yaml);
    }

    private static String quoted(List<String> command) {
        return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", ", "[", "]"));
    }
}
