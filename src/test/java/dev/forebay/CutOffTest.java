package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that the gateway itself ends are not counted as given up by their clients, in either lane. */
class CutOffTest {
    private static final String TURNS = "gen_ai_client_operation_duration_seconds_count";

    @TempDir
    Path folder;

    private final FakeUpstream engine = FakeUpstream.start();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = RunningGateway.start(folder, """
                nodepools:
                  - {id: pool, base_url: "%s"}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true}
                """.formatted(engine.baseUrl()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        engine.close();
    }

    @Test
    void byAShutdown() throws Exception {
        engine.otherwise(peer -> peer.streamHead().event(Answers.text("one")).stall());
        var streams = new ArrayList<OpenStream>();
        for (var model : new String[] {"relayed", "agentic"}) {
            streams.add(gateway.stream(RunningGateway.streamed(model)));
            assertEquals("one", streams.getLast().text());
        }

        gateway.gateway.fronts().hurry();

        for (var stream : streams) {
            var events = stream.events();
            assertEquals(1, events.size(), events::toString);
            assertTrue(events.getFirst().contains("\"code\":\"shutting_down\""), events::toString);
            stream.close();
        }
        engine.requests().forEach(FakeUpstream.Request::awaitGone);
        gateway.awaitMetric(2, TURNS, "error_type=\"shutting_down\"");
        gateway.awaitMetric(2, "forebay_sse_aborts_total", "reason=\"shutdown\"");
        gateway.awaitMetric(1, "gen_ai_invoke_agent_duration_seconds_count", "error_type=\"shutting_down\"");
        assertEquals(0, gateway.metric(TURNS, "error_type=\"client_gone\""));
        assertEquals(2, gateway.metric("forebay_sse_aborts_total"));
    }
}
