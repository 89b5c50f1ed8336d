package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes a minute and is therefore not part of every build: {@code mvn -Pslow test}. */
class LongToolSlow {
    @TempDir
    Path folder;

    @Test
    void aToolOfAMinuteEndsWithItsResultAndAHeartbeatEachSecond() throws Exception {
        var models = """
                  - id: agent
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [faulty], budgets: {tool_timeout_seconds: 120}}
                """;
        try (var agents = AgentGateway.start(folder, models)) {
            agents.engine.thinking(Obedient::answer);
            var body = Obedient.tell("agent", "progress {\"steps\":1,\"millis\":61000}", "\"stream\":true");
            try (var stream = agents.gateway.stream(body)) {
                assertEquals("On it. ", stream.text());
                var heartbeats = 0;
                for (var line = stream.line(); line.startsWith(":"); line = stream.line()) {
                    heartbeats++;
                }
                assertEquals("[DONE]", stream.events().getLast());
                assertTrue(heartbeats >= 50, heartbeats + " heartbeats");
            }
        }
    }
}
