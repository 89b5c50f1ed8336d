package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.Event;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rounds: what goes to the engine, what comes to the client, when it ends. */
class AgentLoopTest {
    private static final Reply ADD = Reply.calls("add", "{\"a\":2,\"b\":3}");

    @Test
    void callsToolsUntilThereIsAnAnswer() {
        var agents = Agents.of(ADD, Reply.calls("write", "{}"), Reply.says("It is 5."));
        var ran = agents.ask("{}");
        assertEquals("It is 5.", ran.completion().message().path("content").asText());
        assertEquals("stop", ran.completion().finishReason());
        assertEquals(
                List.of("calc.add", "notes.write"),
                agents.tools.called.stream().map(ScriptedTools.Called::tool).toList());
    }

    @Test
    void putsCallAndResultIntoTheHistory() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{}");
        assertEquals(
                ScriptedTools.json("[{'role':'user','content':'question'},"
                        + "{'role':'assistant','content':null,'tool_calls':[{'id':'up_0','type':'function',"
                        + "'function':{'name':'add','arguments':'{\\'a\\':2,\\'b\\':3}'}}]},"
                        + "{'role':'tool','tool_call_id':'up_0','content':'5'}]"),
                agents.sent(2).path("messages"));
    }

    @Test
    void keepsReasoningAndUnknownMembersOfTheAssistantsMessage() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":1,\"b\":1}").thinking("hm").with("extra_content", "sig"), Reply.says("2"));
        agents.ask("{}");
        var assistant = agents.sent(2).path("messages").path(1);
        assertEquals("hm", assistant.path("reasoning_content").asText());
        assertEquals("sig", assistant.path("extra_content").asText());
    }

    @Test
    void offersTheSameToolsInEveryRound() {
        var agents = Agents.of(ADD, ADD, Reply.says("5"));
        agents.ask("{}");
        assertEquals(List.of("add", "write"), agents.offered(1));
        assertEquals(agents.sent(1).path("tools"), agents.sent(2).path("tools"));
        assertEquals(agents.sent(1).path("tools"), agents.sent(3).path("tools"));
    }

    @Test
    void leavesOutToolsOfAServerWhoseCircuitHasOpened() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.tools.available =
                tool -> agents.model.requests.isEmpty() || !tool.name().equals("add");
        agents.ask("{}");
        assertEquals(List.of("add", "write"), agents.offered(1));
        assertEquals(List.of("write"), agents.offered(2));
    }

    @Test
    void sendsEveryOtherMemberOnInEveryRound() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{'stop':['x'],'seed':7,'temperature':0,'response_format':{'type':'text'},'logprobs':true,"
                + "'max_tokens':9,'metadata':{'k':'v'},'n':1,'some_future_thing':[1,{'a':null}],"
                + "'x_forebay':{'budget':{}},'mcp_servers':[],'stream':true}");
        for (var round = 1; round <= 2; round++) {
            var sent = agents.sent(round).deepCopy();
            sent.remove(List.of("messages", "tools", "model"));
            assertEquals(
                    ScriptedTools.json("{'stop':['x'],'seed':7,'temperature':0,'response_format':{'type':'text'},"
                            + "'logprobs':true,'max_tokens':9,'metadata':{'k':'v'},'n':1,"
                            + "'some_future_thing':[1,{'a':null}],'stream':true}"),
                    sent);
        }
    }

    @Test
    void numbersTheRoundsOfItsCalls() {
        var agents = Agents.of(ADD, Reply.says("5"));
        var ran = agents.ask("{}");
        assertEquals(
                List.of(1, 2), agents.model.calls.stream().map(c -> c.round()).toList());
        assertEquals(2, ran.all(Event.RoundStarted.class).size());
        assertEquals(2, ran.all(Event.RoundEnded.class).size());
    }

    @Test
    void passesTextOnBeforeAToolHasEnded() throws Exception {
        var textSeen = new CountDownLatch(1);
        var tools = new ScriptedTools().with("calc", "slow", (_, _) -> {
            assertTrue(textSeen.await(20, TimeUnit.SECONDS));
            return ScriptedTools.text("done");
        });
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("slow", "{}").saying("Let me see."),
                Reply.says("Done."));
        var completion = agents.run("{}", Agents.ANN, event -> {
            if (event instanceof Event.Text) {
                textSeen.countDown();
            }
        });
        assertEquals(
                "Let me see.\n\nDone.", completion.message().path("content").asText());
    }

    @Test
    void saysTheSameAtTheEndAsInTheStream() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":2,\"b\":3}").saying("One moment.").thinking("add"),
                Reply.says("It is 5.").thinking("done"));
        var ran = agents.ask("{}");
        assertEquals("One moment.\n\nIt is 5.", ran.text());
        assertEquals(ran.text(), ran.completion().message().path("content").asText());
        assertEquals(
                "add\n\ndone",
                ran.completion().message().path("reasoning_content").asText());
    }

    @Test
    void neverShowsACallOfOurTools() {
        var ran = Agents.of(ADD, Reply.says("5")).ask("{}");
        assertEquals(List.of(), ran.all(Event.ToolCallDelta.class));
        assertEquals(List.of(), ran.completion().toolCalls());
    }

    @Test
    void sumsUsageOverTheRounds() {
        var ran = Agents.of(
                        Reply.calls("add", "{\"a\":2,\"b\":3}").using(new Usage(10, 5, 4, 3)),
                        Reply.says("5").using(new Usage(20, 7, 6, 2)))
                .ask("{}");
        assertEquals(new Usage(30, 12, 10, 5), ran.completion().usage());
    }

    @Test
    void runsCallsOfOneRoundBesideEachOther() {
        var both = new CountDownLatch(2);
        ScriptedTools.Behaviour meet = (_, _) -> {
            both.countDown();
            assertTrue(both.await(20, TimeUnit.SECONDS));
            return ScriptedTools.text("met");
        };
        var agents = Agents.of(
                new ScriptedTools().with("calc", "left", meet).with("calc", "right", meet),
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("left", "{}").andCalls("right", "{}"),
                Reply.says("ok"));
        agents.ask("{}");
        assertEquals("met", agents.lastMessage(2).path("content").asText());
    }

    @Test
    void appendsResultsInTheOrderOfTheCalls() {
        var secondEnded = new CountDownLatch(1);
        var tools = new ScriptedTools()
                .with("calc", "first", (_, _) -> {
                    assertTrue(secondEnded.await(20, TimeUnit.SECONDS));
                    return ScriptedTools.text("1");
                })
                .with("calc", "second", (_, _) -> {
                    secondEnded.countDown();
                    return ScriptedTools.text("2");
                });
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("first", "{}").andCalls("second", "{}"),
                Reply.says("ok"));
        agents.ask("{}");
        var messages = agents.sent(2).path("messages");
        assertEquals("1", messages.path(2).path("content").asText());
        assertEquals("2", messages.path(3).path("content").asText());
    }

    @Test
    void runsCallsToASerialServerOneAfterTheOther() {
        var inside = new ArrayList<String>();
        ScriptedTools.Behaviour alone = (arguments, _) -> {
            assertTrue(inside.isEmpty());
            inside.add("here");
            Thread.yield();
            inside.clear();
            return ScriptedTools.text("ok");
        };
        var agents = Agents.of(
                new ScriptedTools().with("serial", "a", alone).with("serial", "b", alone),
                new AgentSettings(Agents.servers("serial"), Budgets.DEFAULT, Trace.METADATA, false, 16),
                Reply.calls("a", "{}").andCalls("b", "{}").andCalls("a", "{\"x\":1}"),
                Reply.says("ok"));
        agents.ask("{}");
        assertEquals(
                List.of("serial.a", "serial.b", "serial.a"),
                agents.tools.called.stream().map(ScriptedTools.Called::tool).toList());
        assertTrue(agents.toolEnds.stream().allMatch(end -> end.error() == null));
    }

    @Test
    void bindsRequiredToTheFirstRoundOnly() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{'tool_choice':'required'}");
        assertEquals("required", agents.sent(1).path("tool_choice").asText());
        assertEquals("auto", agents.sent(2).path("tool_choice").asText());
    }

    @Test
    void bindsANamedFunctionToTheFirstRoundOnly() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{'tool_choice':{'type':'function','function':{'name':'add'}}}");
        assertEquals(
                "add",
                agents.sent(1).path("tool_choice").path("function").path("name").asText());
        assertEquals("auto", agents.sent(2).path("tool_choice").asText());
    }

    @Test
    void knowsAnMcpToolInToolChoiceByItsLabel() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{'tool_choice':{'type':'mcp','server_label':'calc','name':'add'}}");
        assertEquals(
                ScriptedTools.json("{'type':'function','function':{'name':'add'}}"),
                agents.sent(1).path("tool_choice"));
    }

    @Test
    void keepsAnAllowedToolsRestrictionInAllRounds() {
        var agents = Agents.of(ADD, Reply.says("5"));
        agents.ask("{'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'required',"
                + "'tools':[{'type':'mcp','server_label':'calc'}]}}}");
        assertEquals(
                ScriptedTools.json("{'type':'allowed_tools','allowed_tools':{'mode':'auto',"
                        + "'tools':[{'type':'function','function':{'name':'add'}}]}}"),
                agents.sent(2).path("tool_choice"));
    }

    @Test
    void refusesAToolChoiceThatNamesNoTool() {
        assertEquals(
                "tool_choice",
                Agents.of(ADD).refusedParam("{'tool_choice':{'type':'function','function':{'name':'ad'}}}"));
    }

    @Test
    void doesNotLoopWithToolChoiceNone() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":1,\"b\":1}").saying("no"));
        var ran = agents.ask("{'tool_choice':'none'}");
        assertEquals(1, agents.model.requests.size());
        assertEquals(List.of(), agents.tools.opened);
        assertFalse(agents.sent(1).has("tools"));
        assertFalse(agents.sent(1).has("tool_choice"));
        assertEquals("no", ran.completion().message().path("content").asText());
        assertEquals("stop", ran.completion().finishReason());
    }

    @Test
    void keepsParallelToolCallsFalseForEnginesThatDoNot() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":2,\"b\":3}").andCalls("write", "{}"), Reply.says("5"));
        agents.ask("{'parallel_tool_calls':false}");
        assertEquals(1, agents.tools.called.size());
        assertEquals(
                1, agents.sent(2).path("messages").path(1).path("tool_calls").size());
        assertFalse(agents.sent(1).path("parallel_tool_calls").asBoolean(true));
    }

    @Test
    void refusesMoreThanOneChoice() {
        assertEquals("n", Agents.of(ADD).refusedParam("{'n':2}"));
    }

    @Test
    void refusesARequestWithoutMessages() {
        assertEquals("messages", Agents.of(ADD).refusedParam("{'messages':'hello'}"));
    }

    @Test
    void givesCallsWithoutUniqueIdsTheirOwn() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":1,\"b\":1}")
                        .andCalls("same", "write", "{}")
                        .andCalls("same", "write", "{\"x\":1}")
                        .andCalls("", "write", "{\"x\":2}"),
                Reply.says("ok"));
        agents.ask("{}");
        var ids = new ArrayList<String>();
        agents.sent(2)
                .path("messages")
                .path(1)
                .path("tool_calls")
                .forEach(c -> ids.add(c.path("id").asText()));
        assertEquals(4, ids.stream().distinct().count());
        assertFalse(ids.contains(""));
    }

    @Test
    void takesCallsWhateverTheEngineCallsTheEnd() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":2,\"b\":3}").ending("stop"), Reply.says("5"));
        assertEquals("5", agents.ask("{}").text());
    }

    @Test
    void saysStopWhereTheEngineSpeaksOfCallsThatItDidNotMake() {
        assertEquals(
                "stop",
                Agents.of(Reply.says("hi").ending("tool_calls"))
                        .ask("{}")
                        .completion()
                        .finishReason());
    }

    @Test
    void runsNothingAfterAContentFilter() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":2,\"b\":3}").ending("content_filter"));
        assertEquals("content_filter", agents.ask("{}").completion().finishReason());
        assertEquals(List.of(), agents.tools.called);
    }

    @Test
    void endsWithLengthIfTheOnlyCallWasCutOff() {
        var agents = Agents.of(Reply.calls("add", "{").ending("length"));
        var ran = agents.ask("{}");
        assertEquals("length", ran.completion().finishReason());
        assertEquals("length", ran.trace().path("stop_reason").asText());
        assertEquals(List.of(), agents.tools.called);
    }

    @Test
    void neverRunsTheLastCallOfARoundCutOffByLengthEvenIfItLooksWhole() {
        var agents = Agents.of(Reply.calls("write", "{}").ending("length"));
        agents.ask("{}");
        assertEquals(List.of(), agents.tools.called);
    }

    @Test
    void runsTheWholeCallsBeforeTheOneCutOffAndTellsTheModel() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":2,\"b\":3}")
                        .andCalls("write", "{\"text\":\"lo")
                        .ending("length"),
                Reply.says("5"));
        agents.ask("{}");
        assertEquals(
                List.of("calc.add"),
                agents.tools.called.stream().map(ScriptedTools.Called::tool).toList());
        assertTrue(agents.lastMessage(2).path("content").asText().contains("cut off"));
    }

    @Test
    void namesTheClosestToolsForOneThatThereIsNot() {
        var agents = Agents.of(Reply.calls("addd", "{}"), Reply.says("sorry"));
        agents.ask("{}");
        assertEquals(
                "error: there is no tool \"addd\"; did you mean one of: add",
                agents.lastMessage(2).path("content").asText());
        assertEquals("unknown_tool", agents.toolEnds.getFirst().error());
    }

    @Test
    void worksAsAPlainModelWithoutAnyServer() {
        var agents = Agents.of(
                ScriptedTools.usual(),
                new AgentSettings(List.of(), Budgets.DEFAULT, Trace.METADATA, false, 16),
                Reply.says("hi"));
        assertEquals("hi", agents.ask("{'parallel_tool_calls':true}").text());
        assertFalse(agents.sent(1).has("tools"));
        assertEquals(List.of(), agents.tools.opened);
    }
}
