package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a round's calls and finish reason lead to. */
class EndOfRoundTest {

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
}
