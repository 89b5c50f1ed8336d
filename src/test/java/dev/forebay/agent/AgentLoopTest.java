package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.Event;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rounds: what goes to the engine, what comes to the client. */
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
    void keepsTheTextOfARoundOnceInTheModelsOwnString() {
        var only = "It is 5.";
        assertSame(
                only,
                Agents.of(Reply.says(only))
                        .ask("{}")
                        .completion()
                        .message()
                        .path("content")
                        .textValue());
        var ran = Agents.of(
                        Reply.calls("add", "{\"a\":2,\"b\":3}")
                                .saying("Let me add.")
                                .thinking("hm"),
                        Reply.says(only))
                .ask("{}");
        assertEquals("Let me add.\n\nIt is 5.", ran.text());
        assertEquals(ran.text(), ran.completion().message().path("content").asText());
        assertEquals("hm", ran.completion().message().path("reasoning_content").asText());
    }

    @Test
    void takesTheTextOfAnAnswerThatIsAListFromItsLastPart() {
        var ran = Agents.of((request, call, sink) -> {
                    var completion = Reply.says("so").play(request, call, sink);
                    completion
                            .message()
                            .set("content", ScriptedTools.json("[{'type':'thinking'},{'type':'text','text':'so'}]"));
                    return completion;
                })
                .ask("{}");
        assertEquals("so", ran.completion().message().path("content").asText());
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
    void givesTheEngineItsCallsBackWithAllThatTheyCarry() {
        var agents = Agents.of(
                Reply.calls("add", "{\"a\":1,\"b\":1}")
                        .carrying("extra_content", "signed")
                        .andCalls("write", "{}"),
                Reply.says("2"));
        agents.ask("{}");
        var calls = agents.sent(2).at("/messages/1/tool_calls");
        assertEquals("signed", calls.path(0).path("extra_content").asText());
        assertEquals("add", calls.path(0).path("function").path("name").asText());
        assertEquals(3, calls.path(1).size());
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
}
