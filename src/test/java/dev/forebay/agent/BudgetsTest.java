package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.Usage;
import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What ends a run that does not end by itself, and how. */
class BudgetsTest {
    private final AtomicInteger count = new AtomicInteger();

    /** A model that calls for ever, each time with other arguments, and answers once it has no tools. */
    private final ScriptedModel.Step endless = (request, call, sink) -> {
        var reply = request.tools().isEmpty()
                ? Reply.says("That is all I know.")
                : Reply.calls("add", "{\"a\":1,\"b\":" + count.incrementAndGet() + "}");
        return reply.play(request, call, sink);
    };

    @Test
    void givesOneLastAnswerWithoutToolsOnceTheRoundsAreUsedUp() {
        var agents = Agents.of(endless);
        var ran =
                agents.ask("{'tool_choice':'auto','parallel_tool_calls':true,'x_forebay':{'budget':{'rounds_max':3}}}");
        assertEquals(4, agents.model.requests.size());
        assertEquals(3, agents.tools.called.size());
        assertEquals("That is all I know.", ran.text());
        assertEquals("length", ran.completion().finishReason());
        assertEquals("rounds_max", ran.trace().path("stop_reason").asText());
        assertEquals("rounds_max", agents.runEnds.getFirst().stopReason());
        assertFalse(agents.sent(4).has("tools"));
        assertFalse(agents.sent(4).has("tool_choice"));
        assertFalse(agents.sent(4).has("parallel_tool_calls"));
    }

    @Test
    void asksForTheLastAnswerAtTheEndOfTheLastResult() {
        var agents = Agents.of(endless);
        agents.ask("{'x_forebay':{'budget':{'rounds_max':1}}}");
        var last = agents.lastMessage(2);
        assertEquals("tool", last.path("role").asText());
        assertTrue(last.path("content").asText().startsWith("2\n\n[No more tools can be called: rounds_max"));
    }

    @Test
    void stopsEndlessCallersByDefault() {
        var agents = Agents.of(endless);
        agents.ask("{}");
        assertEquals(11, agents.model.requests.size());
    }

    @Test
    void ignoresCallsThatTheEngineMakesInTheLastAnswer() {
        var agents = Agents.of(Reply.calls("write", "{}").saying("again"));
        var ran = agents.ask("{'x_forebay':{'budget':{'rounds_max':2}}}");
        assertEquals(2, agents.tools.called.size());
        assertEquals(List.of(), ran.completion().toolCalls());
        assertEquals("length", ran.completion().finishReason());
    }

    @Test
    void refusesCallsAboveTheTotalAndEndsTheRun() {
        var agents = Agents.of(
                Reply.calls("write", "{\"n\":1}").andCalls("write", "{\"n\":2}").andCalls("write", "{\"n\":3}"),
                Reply.says("ok"));
        var ran = agents.ask("{'x_forebay':{'budget':{'tool_calls_max':2}}}");
        assertEquals(2, agents.tools.called.size());
        assertEquals("tool_calls_max", ran.trace().path("stop_reason").asText());
        assertTrue(agents.lastMessage(2).path("content").asText().contains("the budget of 2 tool calls is spent"));
        assertEquals(
                3, agents.sent(2).path("messages").path(1).path("tool_calls").size());
    }

    @Test
    void doesNotEndARunThatHasUsedItsCallsButWantsNoMore() {
        var ran = Agents.of(Reply.calls("write", "{}"), Reply.says("ok"))
                .ask("{'x_forebay':{'budget':{'tool_calls_max':1}}}");
        assertEquals("stop", ran.completion().finishReason());
    }

    @Test
    void refusesCallsAboveTheToolsOwnBudgetAndGoesOn() {
        var agents = Agents.of(
                Reply.calls("write", "{\"n\":1}").andCalls("write", "{\"n\":2}").andCalls("add", "{\"a\":1,\"b\":1}"),
                Reply.says("ok"));
        var ran = agents.ask("{'x_forebay':{'budget':{'tool_calls_per_tool_max':1}}}");
        assertEquals(2, agents.tools.called.size());
        assertEquals("stop", ran.completion().finishReason());
        assertEquals(
                List.of("refused"),
                agents.toolEnds.stream()
                        .map(RunObserver.ToolEnd::error)
                        .filter(e -> e != null)
                        .toList());
    }

    @Test
    void runsNoMoreCallsAtOnceThanItMay() {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var gate = new Semaphore(0);
        var tools = new ScriptedTools().with("calc", "slow", (_, _) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            if (running.get() == 2) {
                gate.release(20);
            }
            gate.acquire();
            running.decrementAndGet();
            return ScriptedTools.text("ok");
        });
        var reply = Reply.calls("slow", "{\"n\":0}");
        for (var i = 1; i < 10; i++) {
            reply.andCalls("slow", "{\"n\":" + i + "}");
        }
        Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), reply, Reply.says("ok"))
                .ask("{'x_forebay':{'budget':{'parallel_max':2}}}");
        assertEquals(2, most.get());
    }

    @Test
    void startsNoToolOnceTheTimeIsOver() {
        var late = new Agents[1];
        var tools = new ScriptedTools().with("calc", "wait", (_, _) -> {
            late[0].now = late[0].now.plusSeconds(301);
            return ScriptedTools.text("late");
        });
        late[0] = Agents.of(
                tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), Reply.calls("wait", "{}"), Reply.says("ok"));
        var ran = late[0].ask("{}");
        assertEquals("seconds_max", ran.trace().path("stop_reason").asText());
        assertEquals("length", ran.completion().finishReason());
        assertEquals("ok", ran.text());
    }

    @Test
    void givesToolsNoMoreTimeThanTheRunHas() {
        var agents = Agents.of(Reply.calls("write", "{}"), Reply.says("ok"));
        agents.ask("{'x_forebay':{'budget':{'seconds_max':5}}}");
        var called = agents.tools.called.getFirst();
        assertTrue(called.timeout().compareTo(Duration.ofSeconds(5)) <= 0);
        assertTrue(called.timeoutMax().compareTo(Duration.ofSeconds(5)) <= 0);
    }

    @Test
    void givesToolsTheTimeThatTheSettingsSay() {
        var agents = Agents.of(Reply.calls("write", "{}"), Reply.says("ok"));
        agents.ask("{'x_forebay':{'budget':{'tool_timeout_seconds':7,'tool_timeout_max_seconds':9}}}");
        assertEquals(Duration.ofSeconds(7), agents.tools.called.getFirst().timeout());
        assertEquals(Duration.ofSeconds(9), agents.tools.called.getFirst().timeoutMax());
    }

    @Test
    void givesAToolItsOwnTimeUnlessTheRequestWantsLess() {
        var tool = new Tools.Tool(
                "calc", "own", "", ScriptedTools.json("{}"), true, false, Optional.of(Duration.ofSeconds(90)));
        var tools = new ScriptedTools().with(tool, (_, _) -> ScriptedTools.text("ok"));
        var settings = Agents.settings(Budgets.DEFAULT, Trace.METADATA);
        Agents.of(tools, settings, Reply.calls("own", "{}"), Reply.says("ok")).ask("{}");
        Agents.of(tools, settings, Reply.calls("own", "{}"), Reply.says("ok"))
                .ask("{'x_forebay':{'budget':{'tool_timeout_seconds':20}}}");
        assertEquals(
                List.of(Duration.ofSeconds(90), Duration.ofSeconds(20)),
                tools.called.stream().map(ScriptedTools.Called::timeout).toList());
    }

    @Test
    void looksAtTheTokensBeforeEachModelCall() {
        var agents = Agents.of(
                Reply.calls("write", "{\"n\":1}").using(new Usage(40, 10, 0, 0)),
                Reply.calls("write", "{\"n\":2}").using(new Usage(40, 10, 0, 0)),
                Reply.says("ok"));
        var ran = agents.ask("{'x_forebay':{'budget':{'tokens_max':100}}}");
        assertEquals(3, agents.model.requests.size());
        assertEquals("tokens_max", ran.trace().path("stop_reason").asText());
    }

    @Test
    void refusesTheSameCallOnceItGaveTheSameResultThreeTimes() {
        var agents = Agents.of(Reply.calls("write", "{\"a\":1,\"b\":[2]}"));
        agents.ask("{'x_forebay':{'budget':{'rounds_max':5}}}");
        assertEquals(3, agents.tools.called.size());
        assertTrue(agents.lastMessage(5).path("content").asText().contains("made before with the same arguments"));
    }

    @Test
    void knowsTheSameArgumentsInAnotherOrderAndForm() {
        var agents = Agents.of(
                Reply.calls("write", "{\"a\":1,\"b\":2}")
                        .andCalls("write", "{\"b\":2.0,\"a\":1}")
                        .andCalls("write", "{ \"a\":1e0, \"b\":2 }")
                        .andCalls("write", "{\"b\":2,\"a\":1}"),
                Reply.says("ok"));
        agents.ask("{}");
        assertEquals(3, agents.tools.called.size());
    }

    @Test
    void letsAModelPollAsLongAsTheResultChanges() {
        var tools = new ScriptedTools()
                .with("calc", "poll", (_, _) -> ScriptedTools.text("at " + count.incrementAndGet() + " %"));
        var agents = Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), Reply.calls("poll", "{}"));
        agents.ask("{'x_forebay':{'budget':{'rounds_max':6}}}");
        assertEquals(6, agents.tools.called.size());
    }

    @Test
    void lowersTheModelsBudgetsByTheRequestsButNeverRaisesThem() {
        var agents = Agents.of(endless);
        agents.ask("{'x_forebay':{'budget':{'rounds_max':1000}}}");
        assertEquals(11, agents.model.requests.size());
    }

    @Test
    void refusesBudgetsThatAreWrong() {
        var agents = Agents.of(Reply.says("hi"));
        assertEquals("x_forebay", agents.refusedParam("{'x_forebay':5}"));
        assertEquals("x_forebay.budgets", agents.refusedParam("{'x_forebay':{'budgets':{}}}"));
        assertEquals("x_forebay.budget", agents.refusedParam("{'x_forebay':{'budget':[]}}"));
        assertEquals("x_forebay.budget.round_max", agents.refusedParam("{'x_forebay':{'budget':{'round_max':1}}}"));
        for (var value : List.of("'3'", "0", "-1", "1.5", "true", "99999999999999999999")) {
            assertEquals(
                    "x_forebay.budget.rounds_max",
                    agents.refusedParam("{'x_forebay':{'budget':{'rounds_max':" + value + "}}}"));
        }
        assertEquals("x_forebay.trace", agents.refusedParam("{'x_forebay':{'trace':'loud'}}"));
        assertEquals("not refused", agents.refusedParam("{'x_forebay':{'budget':{'rounds_max':null},'trace':null}}"));
    }

    @Test
    void bindsSettingsFromYamlWithTheDefaultsOfTheGuide() {
        var settings = settings("""
                servers: [clock, {name: files, allowed_tools: [read], required: true}]
                budgets: {rounds_max: 4}
                trace: reasoning
                """);
        assertEquals(
                new AgentSettings.Server("clock", List.of(), false),
                settings.servers().getFirst());
        assertEquals(
                new AgentSettings.Server("files", List.of("read"), true),
                settings.servers().getLast());
        assertEquals(4, settings.budgets().roundsMax());
        assertEquals(Trace.REASONING, settings.trace());
        assertEquals(Budgets.DEFAULT, settings("{}").budgets());
        assertEquals(new AgentSettings(List.of(), Budgets.DEFAULT, Trace.METADATA, false, 16), settings("{}"));
    }

    @Test
    void saysWhichSettingIsWrong() {
        var e = assertThrows(ConfigException.class, () -> settings("budgets: {seconds_max: 0}"));
        assertTrue(String.valueOf(e.getMessage()).contains("seconds_max: need 1 or more, got 0"));
    }

    private static AgentSettings settings(String yaml) {
        return Binding.bind(Yaml.parse("f.yaml", yaml), AgentSettings.class, _ -> null);
    }
}
