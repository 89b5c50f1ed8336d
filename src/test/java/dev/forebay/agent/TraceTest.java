package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code x_forebay} tells, and how tool activity is shown. */
class TraceTest {
    private static final Reply ADD = Reply.calls("add", "{\"a\":2,\"b\":3}");

    @Test
    void tellsRoundsToolsTimesAndUsage() {
        var trace = Agents.of(ADD.using(new Usage(10, 5, 0, 0)), Reply.says("5"))
                .ask("{}")
                .trace();
        assertEquals(2, trace.path("rounds").asInt());
        assertEquals(1, trace.path("tool_calls").asInt());
        assertTrue(trace.path("tool_ms").isIntegralNumber());
        assertEquals("stop", trace.path("stop_reason").asText());
        assertEquals(
                15,
                trace.path("per_round")
                        .path(0)
                        .path("usage")
                        .path("total_tokens")
                        .asInt());
        assertEquals(
                "tool_calls",
                trace.path("per_round").path(0).path("finish_reason").asText());
        var tool = trace.path("tools").path(0);
        assertEquals("calc", tool.path("server").asText());
        assertEquals("add", tool.path("tool").asText());
        assertEquals(1, tool.path("round").asInt());
        assertEquals(1, tool.path("result_bytes").asInt());
        assertFalse(tool.has("error"));
        assertFalse(trace.has("unavailable"));
    }

    @Test
    void tellsToolsInTheOrderOfTheirCallsHoweverTheyEnd() {
        var lastHasEnded = new CountDownLatch(1);
        var tools = new ScriptedTools()
                .with("calc", "slow", (_, _) -> {
                    assertTrue(lastHasEnded.await(20, TimeUnit.SECONDS));
                    return ScriptedTools.text("slow");
                })
                .with("calc", "quick", (_, _) -> ScriptedTools.text("quick"));
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("slow", "{}").andCalls("nothing", "{}").andCalls("quick", "{}"),
                Reply.calls("quick", "{}"),
                Reply.says("ok"));
        var events = new ArrayList<Event>();
        var trace = new AtomicReference<JsonNode>();
        assertDoesNotThrow(() -> trace.set(agents.run("{}", Agents.ANN, event -> {
                    events.add(event);
                    if (event instanceof Event.ToolEnded ended && ended.tool().equals("quick")) {
                        lastHasEnded.countDown();
                    }
                })
                .extras()
                .path("x_forebay")));
        assertEquals(
                List.of("slow", "", "quick", "quick"), trace.get().path("tools").findValuesAsText("tool"));
        assertEquals(List.of("1", "1", "1", "2"), trace.get().path("tools").findValuesAsText("round"));
    }

    @Test
    void tellsNothingIfItIsOff() {
        var settings = Agents.settings(Budgets.DEFAULT, Trace.OFF);
        var agents = Agents.of(ScriptedTools.usual(), settings, ADD, Reply.says("5"));
        assertFalse(agents.ask("{}").completion().extras().has("x_forebay"));
    }

    @Test
    void tellsNothingIfTheRequestDoesNotWantIt() {
        var ran = Agents.of(ADD, Reply.says("5")).ask("{'x_forebay':{'trace':'off'}}");
        assertFalse(ran.completion().extras().has("x_forebay"));
    }

    @Test
    void cannotBeTurnedOnByARequestWhereTheModelHasItOff() {
        var settings = Agents.settings(Budgets.DEFAULT, Trace.OFF);
        var agents = Agents.of(ScriptedTools.usual(), settings, ADD, Reply.says("5"));
        var ran = agents.ask("{'x_forebay':{'trace':'reasoning'}}");
        assertFalse(ran.completion().extras().has("x_forebay"));
        assertEquals(0, ran.all(Event.Reasoning.class).size());
    }

    @Test
    void showsToolActivityAsReasoningIfAsked() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":2,\"b\":3}").andCalls("gone", "{}").thinking("Let me add."),
                Reply.says("5"));
        var ran = agents.ask("{'x_forebay':{'trace':'reasoning'}}");
        var reasoning = ran.all(Event.Reasoning.class).stream()
                .map(Event.Reasoning::text)
                .collect(Collectors.joining());
        assertTrue(
                reasoning.matches("Let me add.\ngone failed: unknown_tool\ncalling calc.add \\{\"a\":2,\"b\":3}\n"
                        + "calc.add answered after \\d+ ms\n"),
                reasoning);
        assertEquals(
                reasoning, ran.completion().message().path("reasoning_content").asText());
        assertEquals(
                "Let me add.",
                agents.sent(2)
                        .path("messages")
                        .path(1)
                        .path("reasoning_content")
                        .asText());
        assertTrue(ran.completion().extras().has("x_forebay"));
    }

    @Test
    void showsWhatARunningToolSaysOfItselfAsReasoningIfAsked() {
        var tools = new ScriptedTools().with("calc", "slow", (_, progress) -> {
            progress.report(0.5, 1.0, "halfway there");
            return ScriptedTools.text("done");
        });
        var ran = Agents.of(
                        tools,
                        Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                        Reply.calls("slow", "{}"),
                        Reply.says("5"))
                .ask("{'x_forebay':{'trace':'reasoning'}}");
        assertTrue(
                ran.completion().message().path("reasoning_content").asText().contains("calc.slow: halfway there\n"),
                () -> ran.completion().message().toString());
    }

    @Test
    void showsNoActivityAsReasoningOtherwise() {
        assertEquals(
                0,
                Agents.of(ADD, Reply.says("5"))
                        .ask("{}")
                        .all(Event.Reasoning.class)
                        .size());
    }

    @Test
    void saysIfARequiredToolChoiceWasNotHeeded() {
        var trace =
                Agents.of(Reply.says("no")).ask("{'tool_choice':'required'}").trace();
        assertTrue(trace.path("tool_choice_unanswered").asBoolean());
    }

    @Test
    void passesOnWhatElseTheEngineSaysAtTheTopLevel() {
        var agents = Agents.of((request, call, sink) -> {
            var completion = Reply.says("hi").play(request, call, sink);
            completion.extras().put("system_fingerprint", "fp");
            return completion;
        });
        assertEquals(
                "fp",
                agents.ask("{}")
                        .completion()
                        .extras()
                        .path("system_fingerprint")
                        .asText());
    }

    @Test
    void joinsLogprobsOfAllRounds() {
        ScriptedModel.Step first = (request, call, sink) -> {
            var completion = ADD.play(request, call, sink);
            completion.choice().set("logprobs", ScriptedTools.json("{'content':[{'token':'a'}]}"));
            return completion;
        };
        ScriptedModel.Step second = (request, call, sink) -> {
            var completion = Reply.says("5").play(request, call, sink);
            completion.choice().set("logprobs", ScriptedTools.json("{'content':[{'token':'b'}]}"));
            return completion;
        };
        assertEquals(
                ScriptedTools.json("{'logprobs':{'content':[{'token':'a'},{'token':'b'}]}}"),
                Agents.of(first, second).ask("{}").completion().choice());
    }

    @Test
    void isBoundedHoweverManyCallsThereAre() {
        var reply = Reply.calls("nope", "{}");
        for (var i = 0; i < 299; i++) {
            reply.andCalls("nope", "{}");
        }
        var trace = Agents.of(reply, Reply.says("ok")).ask("{}").trace();
        assertEquals(200, trace.path("tools").size());
        assertEquals(100, trace.path("tools_omitted").asInt());
    }
}
