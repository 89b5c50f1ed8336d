package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.CALLER;
import static dev.forebay.mcp.Catalogs.faulty;
import static dev.forebay.mcp.Catalogs.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.AgentSettings;
import dev.forebay.agent.AgenticModelClass;
import dev.forebay.agent.Budgets;
import dev.forebay.agent.ContinuationLimits;
import dev.forebay.agent.InMemoryContinuations;
import dev.forebay.agent.RunMemory;
import dev.forebay.agent.RunObserver;
import dev.forebay.agent.Trace;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.Model;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A whole run of the agent loop over a real server that is removed while it runs. */
class RunAcrossConfigurationsTest {
    private final InstantSource clock = InstantSource.system();
    private final List<ChatRequest> rounds = new ArrayList<>();

    @Test
    void aRunCallsAServerThatWasRemovedAfterItsFirstRoundInItsSecond() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("gone", "")))) {
            var leaving = new ArrayList<ToolCatalog.Leaving>();
            var agent = agent(catalogs, (request, _, sink) -> {
                rounds.add(request.copy());
                if (rounds.size() == 2) {
                    leaving.add(catalogs.catalog.configure(settings(""), List.of()));
                }
                return rounds.size() < 3 ? asksForThePid(sink) : says("done", sink);
            });

            var answer = agent.run(request(), call(), Sink.IGNORE);

            assertEquals("done", answer.message().path("content").asText());
            var first = result(rounds.get(1));
            assertTrue(first.matches("\\d+"), first);
            assertEquals(first, result(rounds.get(2)));
            assertEquals(
                    rounds.getFirst().json().path("tools"),
                    rounds.getLast().json().path("tools"));
            var process = ProcessHandle.of(Long.parseLong(first)).orElseThrow();
            leaving.forEach(ToolCatalog.Leaving::end);
            process.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    private AgenticModelClass agent(Catalogs catalogs, Model engine) {
        var ids = new AtomicInteger();
        return new AgenticModelClass(
                "m",
                engine,
                catalogs.catalog,
                new AgentSettings(
                        List.of(new AgentSettings.Server("gone", List.of(), true)),
                        Budgets.DEFAULT,
                        Trace.OFF,
                        false,
                        16),
                new InMemoryContinuations(new ContinuationLimits(100, 1 << 20, 3600), clock),
                new RunMemory(1 << 20),
                clock,
                System::nanoTime,
                () -> "call_" + ids.getAndIncrement(),
                new RunObserver() {});
    }

    private Call call() {
        return new Call("req", "", CALLER, clock.instant().plus(Duration.ofHours(1)));
    }

    private static ChatRequest request() {
        var json = Wire.object().put("model", "m");
        json.putArray("messages").addObject().put("role", "user").put("content", "question");
        return new ChatRequest(json);
    }

    private static Completion asksForThePid(Sink sink) throws InterruptedException {
        sink.emit(new Event.ToolCallDelta(0, "c1", "pid", "{}"));
        return completion(
                Wire.object().put("role", "assistant").putNull("content"),
                List.of(new ToolCall("c1", "pid", "{}")),
                "tool_calls");
    }

    private static Completion says(String text, Sink sink) throws InterruptedException {
        sink.emit(new Event.Text(text, null));
        return completion(Wire.object().put("role", "assistant").put("content", text), List.of(), "stop");
    }

    private static Completion completion(ObjectNode message, List<ToolCall> calls, String finish) {
        return new Completion(message, calls, finish, Usage.NONE, Wire.object(), Wire.object());
    }

    /** What the last tool call of a request to the engine came to. */
    private static String result(ChatRequest request) {
        return request.messages()
                .path(request.messages().size() - 1)
                .path("content")
                .asText();
    }
}
