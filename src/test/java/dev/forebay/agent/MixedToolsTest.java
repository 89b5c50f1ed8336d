package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.ToolCall;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client's own tools beside ours, and the hidden turns that come back with their results. */
class MixedToolsTest {
    private static final String WEATHER =
            "'tools':[{'type':'function','function':{'name':'weather','parameters':{'type':'object'}}}]";
    private static final Reply BOTH = Reply.calls("add", "{\"a\":2,\"b\":3}")
            .andCalls("weather", "{\"city\":\"Ulm\"}")
            .saying("Both.")
            .thinking("hm");

    @Test
    void keepsTheClientsToolsInFrontOfOurs() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{" + WEATHER + "}");
        assertEquals(List.of("weather", "add", "write"), agents.offered(1));
        assertEquals(
                ScriptedTools.json("{" + WEATHER + "}").path("tools").path(0),
                agents.sent(1).path("tools").path(0));
    }

    @Test
    void handsTheClientOnlyItsOwnCalls() {
        var agents = Agents.of(BOTH);
        var ran = agents.ask("{" + WEATHER + "}");
        assertEquals("tool_calls", ran.completion().finishReason());
        assertEquals(
                List.of(new ToolCall("call_fb0", "weather", "{\"city\":\"Ulm\"}")),
                ran.completion().toolCalls());
        assertEquals(
                List.of("calc.add"),
                agents.tools.called.stream().map(ScriptedTools.Called::tool).toList());
        assertEquals("client_tools", ran.trace().path("stop_reason").asText());
    }

    @Test
    void streamsTheClientsCallNumberedFromZeroWithIdAndNameInTheFirstPieceOnly() {
        var deltas = Agents.of(BOTH).ask("{" + WEATHER + "}").all(Event.ToolCallDelta.class);
        assertTrue(deltas.stream().allMatch(d -> d.index() == 0));
        assertEquals("call_fb0", deltas.getFirst().id());
        assertEquals("weather", deltas.getFirst().name());
        assertTrue(deltas.stream().skip(1).allMatch(d -> d.id() == null && d.name() == null));
        assertEquals(
                "{\"city\":\"Ulm\"}",
                String.join(
                        "", deltas.stream().map(Event.ToolCallDelta::arguments).toList()));
    }

    @Test
    void streamsTheClientsCallBeforeOurToolsHaveEnded() throws Exception {
        var seen = new CountDownLatch(1);
        var tools = new ScriptedTools().with("calc", "slow", (_, _) -> {
            assertTrue(seen.await(20, TimeUnit.SECONDS));
            return ScriptedTools.text("ok");
        });
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("weather", "{}").andCalls("slow", "{}"));
        var completion = agents.run("{" + WEATHER + "}", Agents.ANN, event -> {
            if (event instanceof Event.ToolCallDelta) {
                seen.countDown();
            }
        });
        assertEquals(1, completion.toolCalls().size());
        assertTrue(agents.toolEnds.stream().allMatch(end -> end.error() == null));
    }

    @Test
    void putsTheHiddenTurnBackWhenTheClientAnswers() {
        var agents = Agents.of(BOTH, Reply.says("Sunny, and 5."));
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}");
        assertEquals(
                ScriptedTools.json("[{'role':'user','content':'question'},"
                        + "{'role':'assistant','content':'Both.','reasoning_content':'hm','tool_calls':["
                        + "{'id':'up_0','type':'function','function':{'name':'add','arguments':'{\\'a\\':2,\\'b\\':3}'}},"
                        + "{'id':'up_1','type':'function','function':{'name':'weather','arguments':'{\\'city\\':\\'Ulm\\'}'}}]},"
                        + "{'role':'tool','tool_call_id':'up_0','content':'5'},"
                        + "{'role':'tool','tool_call_id':'up_1','content':'sunny'}]"),
                agents.sent(2).path("messages"));
    }

    @Test
    void showsTheClientWhatItsCallCarriesAndKeepsWhatTheHiddenOneDoes() {
        var agents = Agents.of(
                Reply.calls("write", "{}")
                        .carrying("extra_content", "hidden")
                        .andCalls("own", "{}")
                        .carrying("extra_content", "shown"),
                Reply.says("done"));
        var own = "'tools':[{'type':'function','function':{'name':'own'}}]";
        var ran = agents.ask("{" + own + "}");
        var delta = ran.all(Event.ToolCallDelta.class).getFirst();
        assertEquals("{\"extra_content\":\"shown\"}", String.valueOf(delta.extras()));
        assertEquals(
                "shown",
                ran.completion()
                        .toolCalls()
                        .getFirst()
                        .extras()
                        .path("extra_content")
                        .asText());
        agents.ask("{" + own + ",'messages':[{'role':'user','content':'q'},{'role':'assistant','tool_calls':"
                + "[{'id':'call_fb0','function':{'name':'own','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'call_fb0','content':'r'}]}");
        var calls = agents.sent(2).at("/messages/1/tool_calls");
        assertEquals(List.of("hidden", "shown"), calls.findValuesAsText("extra_content"));
    }

    @Test
    void putsEarlierHiddenRoundsBackToo() {
        var agents =
                Agents.of(Reply.calls("add", "{\"a\":2,\"b\":3}"), Reply.calls("weather", "{}"), Reply.says("done"));
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}");
        assertEquals(List.of("user", "assistant", "tool", "assistant", "tool"), roles(agents.sent(3)));
        assertEquals(
                "5", agents.sent(3).path("messages").path(2).path("content").asText());
    }

    @Test
    void takesTheClientsResultsInAnyOrderAndGivesThemInTheOrderOfTheCalls() {
        var agents = Agents.of(
                Reply.calls("weather", "{\"n\":1}")
                        .andCalls("add", "{\"a\":2,\"b\":3}")
                        .andCalls("weather", "{\"n\":2}"),
                Reply.says("done"));
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + ",'messages':[{'role':'user','content':'question'},"
                + "{'role':'assistant','content':null,'tool_calls':[" + shown("call_fb0") + "," + shown("call_fb1")
                + "]},{'role':'tool','tool_call_id':'call_fb1','content':'two'},"
                + "{'role':'tool','tool_call_id':'call_fb0','content':'one'},{'role':'user','content':'and?'}]}");
        assertEquals(List.of("user", "assistant", "tool", "tool", "tool", "user"), roles(agents.sent(2)));
        var contents = new ArrayList<String>();
        agents.sent(2)
                .path("messages")
                .forEach(m -> contents.add(m.path("content").asText()));
        assertEquals(List.of("question", "null", "one", "5", "two", "and?"), contents);
    }

    @Test
    void putsTheHiddenTurnBackAgainInLaterRequestsOfTheConversation() {
        var agents = Agents.of(BOTH, Reply.says("Sunny."), Reply.says("Still."));
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}");
        agents.ask("{" + WEATHER + ",'messages':"
                + answered("call_fb0", ",{'role':'assistant','content':'Sunny.'},{'role':'user','content':'Sure?'}")
                + "}");
        assertEquals(List.of("user", "assistant", "tool", "tool", "assistant", "user"), roles(agents.sent(3)));
    }

    @Test
    void neverPutsBackAnotherCallersTurn() {
        var agents = Agents.of(BOTH, Reply.says("?"));
        agents.ask("{" + WEATHER + "}", Agents.ANN);
        agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}", Agents.BOB);
        assertEquals(List.of("user", "assistant", "tool"), roles(agents.sent(2)));
        assertFalse(agents.sent(2).toString().contains("hm"));
    }

    @Test
    void carriesOnWithWhatTheClientSentOnceTheTurnIsGone() {
        var agents = Agents.of(BOTH, Reply.says("Sunny."));
        agents.ask("{" + WEATHER + "}");
        agents.now = agents.now.plusSeconds(3601);
        var sent = answered("call_fb0", "");
        var ran = agents.ask("{" + WEATHER + ",'messages':" + sent + "}");
        assertEquals(ScriptedTools.json(sent), agents.sent(2).path("messages"));
        assertEquals("Sunny.", ran.text());
    }

    @Test
    void carriesOnIfAKeptTurnCannotBeRead() {
        for (var text : List.of("", "nonsense", "{}", "[]", "{\"before\":1}")) {
            assertTrue(ParkedTurn.from(text).isEmpty(), text);
        }
    }

    @Test
    void doesNotConfuseTwoConversationsWhoseEngineGivesTheSameIds() {
        var agents = Agents.of(
                new Reply().andCalls("same", "weather", "{}").thinking("one"),
                new Reply().andCalls("same", "weather", "{}").thinking("two"),
                Reply.says("done"));
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + "}");
        agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}");
        assertTrue(agents.sent(3).toString().contains("one"));
        assertFalse(agents.sent(3).toString().contains("two"));
    }

    @Test
    void tellsWhatEarlierRequestsSpentOnTheSameTurn() {
        var agents = Agents.of(BOTH, Reply.says("Sunny.").using(new Usage(7, 1, 0, 0)));
        agents.ask("{" + WEATHER + "}");
        var ran = agents.ask("{" + WEATHER + ",'messages':" + answered("call_fb0", "") + "}");
        assertEquals(new Usage(7, 1, 0, 0), ran.completion().usage());
        assertEquals(1, ran.trace().path("rounds").asInt());
        assertEquals(1, ran.trace().path("earlier").path("rounds").asInt());
        assertEquals(1, ran.trace().path("earlier").path("tool_calls").asInt());
        assertEquals(
                12,
                ran.trace().path("earlier").path("usage").path("total_tokens").asInt());
    }

    @Test
    void countsNothingEarlierOnceTheUserSpeaksAgain() {
        var agents = Agents.of(BOTH, Reply.says("Sunny."));
        agents.ask("{" + WEATHER + "}");
        var ran = agents.ask(
                "{" + WEATHER + ",'messages':" + answered("call_fb0", ",{'role':'user','content':'new'}") + "}");
        assertFalse(ran.trace().has("earlier"));
        assertEquals(1, ran.trace().path("resumed_turns").asInt());
    }

    @Test
    void showsTheFirstCallOnlyIfParallelCallsAreForbidden() {
        var ran = Agents.of(Reply.calls("weather", "{\"n\":1}").andCalls("weather", "{\"n\":2}"))
                .ask("{'parallel_tool_calls':false," + WEATHER + "}");
        assertEquals(1, ran.completion().toolCalls().size());
        assertEquals(
                "{\"n\":1}",
                String.join(
                        "",
                        ran.all(Event.ToolCallDelta.class).stream()
                                .map(Event.ToolCallDelta::arguments)
                                .toList()));
    }

    @Test
    void passesACutOffCallOfTheClientOnAsItIsAndRunsNothing() {
        var agents = Agents.of(
                Reply.calls("write", "{}").andCalls("weather", "{\"ci").ending("length"));
        var ran = agents.ask("{" + WEATHER + "}");
        assertEquals("length", ran.completion().finishReason());
        assertEquals("{\"ci", ran.completion().toolCalls().getFirst().arguments());
        assertEquals(List.of(), agents.tools.called);
    }

    @Test
    void letsTheClientCallItsToolsWithToolChoiceNoneIfTheEngineDoesNotListen() {
        var agents = Agents.of(Reply.calls("weather", "{}"));
        var ran = agents.ask("{'tool_choice':'none'," + WEATHER + "}");
        assertEquals("none", agents.sent(1).path("tool_choice").asText());
        assertEquals(List.of("weather"), agents.offered(1));
        assertEquals(1, ran.completion().toolCalls().size());
    }

    @Test
    void passesUnusualToolsOfTheClientOnUntouched() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'tools':[{'type':'custom','custom':{'name':'add'}},{'type':'web_search'}]}");
        assertEquals("custom", agents.sent(1).path("tools").path(0).path("type").asText());
        assertEquals(
                "web_search", agents.sent(1).path("tools").path(1).path("type").asText());
        assertTrue(agents.offered(1).contains("calc__add"));
    }

    /** The conversation after the client has answered the one call that it was shown. */
    private static String answered(String id, String more) {
        return "[{'role':'user','content':'question'},{'role':'assistant','content':'Both.','tool_calls':[" + shown(id)
                + "]},{'role':'tool','tool_call_id':'" + id + "','content':'sunny'}" + more + "]";
    }

    private static String shown(String id) {
        return "{'id':'" + id + "','type':'function','function':{'name':'weather','arguments':'{}'}}";
    }

    private static List<String> roles(JsonNode request) {
        var roles = new ArrayList<String>();
        request.path("messages")
                .forEach(message -> roles.add(message.path("role").asText()));
        return roles;
    }
}
