package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What members of the request mean to the loop. */
class RequestRulesTest {
    private static final Reply ADD = Reply.calls("add", "{\"a\":2,\"b\":3}");

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
