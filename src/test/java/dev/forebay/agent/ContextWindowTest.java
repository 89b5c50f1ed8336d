package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A run that grows beyond the model's context gives up its oldest results first. */
class ContextWindowTest {
    private static final String BIG = "x".repeat(4000);

    @Test
    void shrinksTheOldestResultsAndKeepsTheLastThreeRoundsWhole() {
        var messages = grown("{'x_forebay':{'budget':{'context_tokens_max':5000}}}", 6);
        var results = results(messages);
        assertEquals(6, results.size());
        assertTrue(results.get(0).contains("bytes of tool results left out"), results.get(0));
        assertTrue(results.get(1).contains("bytes of tool results left out"));
        assertEquals(List.of(BIG, BIG, BIG), results.subList(3, 6));
    }

    @Test
    void shrinksNothingWithoutALimitOrBelowIt() {
        assertTrue(results(grown("{}", 6)).stream().allMatch(BIG::equals));
        assertTrue(results(grown("{'x_forebay':{'budget':{'context_tokens_max':100000}}}", 6)).stream()
                .allMatch(BIG::equals));
    }

    @Test
    void neverSplitsACallFromItsResult() {
        var messages = grown("{'x_forebay':{'budget':{'context_tokens_max':100}}}", 8);
        for (var i = 1; i < messages.size(); i += 2) {
            assertEquals(
                    messages.path(i).path("tool_calls").path(0).path("id"),
                    messages.path(i + 1).path("tool_call_id"));
        }
    }

    @Test
    void leavesWhatTheClientWroteAlone() {
        var messages = grown(
                "{'messages':[{'role':'user','content':'" + BIG
                        + "'},{'role':'assistant','tool_calls':[{'id':'z','function':{'name':'q','arguments':'{}'}}]},"
                        + "{'role':'tool','tool_call_id':'z','content':'" + BIG
                        + "'}],'x_forebay':{'budget':{'context_tokens_max':100}}}",
                5);
        assertEquals(BIG, messages.path(0).path("content").asText());
        assertEquals(BIG, messages.path(2).path("content").asText());
    }

    @Test
    void learnsFromTheEngineHowManyTokensAByteMakes() {
        var window = new ContextWindow(1000);
        var history = History.of(
                List.of(),
                Agents.ANN,
                new InMemoryContinuations(new ContinuationLimits(1, 1, 1), () -> java.time.Instant.EPOCH));
        for (var round = 1; round <= 5; round++) {
            history.add(ToolMessages.result("id", "x".repeat(500)), round);
        }
        window.learn(1000, new Usage(100, 0, 0, 0));
        window.fit(history, List.of(), 6);
        assertTrue(results(history.messages("")).stream().allMatch(r -> r.length() == 500));
        window.learn(1000, new Usage(500, 0, 0, 0));
        window.fit(history, List.of(), 6);
        assertTrue(results(history.messages("")).getFirst().contains("left out"));
    }

    @Test
    void weighsAnImageTheSameHoweverLargeItsEncodingIs() {
        assertEquals(
                ContextWindow.bytes(ScriptedTools.json("'data:image/png;base64,AA'")),
                ContextWindow.bytes(ScriptedTools.json("'data:image/png;base64," + "A".repeat(9999) + "'")));
    }

    /** The messages of the last round of a run in which a tool has given a large result that many times. */
    private static JsonNode grown(String request, int calls) {
        var count = new AtomicInteger();
        var tools = new ScriptedTools().with("calc", "read", (_, _) -> ScriptedTools.text(BIG));
        ScriptedModel.Step step = (chat, call, sink) -> {
            var n = count.incrementAndGet();
            var bytes = ContextWindow.bytes(chat.json());
            var reply = n > calls ? Reply.says("ok") : Reply.calls("read", "{\"n\":" + n + "}");
            return reply.using(new Usage(bytes / 4, 1, 0, 0)).play(chat, call, sink);
        };
        var agents = Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), step);
        agents.ask(request);
        return agents.sent(calls + 1).path("messages");
    }

    private static List<String> results(Iterable<JsonNode> messages) {
        var results = new ArrayList<String>();
        messages.forEach(message -> {
            if (message.path("role").asText().equals("tool")) {
                results.add(message.path("content").asText());
            }
        });
        return results;
    }
}
