package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Source;
import dev.forebay.chat.ModelFailure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which servers a run asks for its tools. */
class ServersTest {
    private static final Source CALC = new Source("calc", "calc", Set.of(), Map.of(), null);
    private static final Source NOTES = new Source("notes", "notes", Set.of(), Map.of(), null);

    @Test
    void usesTheModelsOwnServersIfTheRequestNamesNone() {
        assertEquals(List.of(CALC, NOTES), sources("{}"));
        assertEquals(List.of(CALC, NOTES), sources("{'mcp_servers':null}"));
        assertEquals(List.of(CALC, NOTES), sources("{'mcp_servers':[]}"));
    }

    @Test
    void addsServersThatTheRequestNames() {
        assertEquals(
                List.of(
                        CALC,
                        NOTES,
                        new Source("time", "time", Set.of(), Map.of(), "mcp_servers[0]"),
                        new Source("https://x.example/mcp", "x.example", Set.of(), Map.of(), "mcp_servers[1]"),
                        new Source("https://x.example/2", "x.example_2", Set.of(), Map.of(), "mcp_servers[2]")),
                sources("{'mcp_servers':['time','https://x.example/mcp','https://x.example/2','time','calc']}"));
    }

    @Test
    void takesASingleNameWithoutAList() {
        assertEquals(
                new Source("time", "time", Set.of(), Map.of(), "mcp_servers"),
                sources("{'mcp_servers':'time'}").getLast());
    }

    @Test
    void refusesServersOfAnotherKind() {
        assertEquals("mcp_servers", refused("{'mcp_servers':{'a':1}}"));
        assertEquals("mcp_servers", refused("{'mcp_servers':5}"));
        assertEquals("mcp_servers[1]", refused("{'mcp_servers':['time',5]}"));
        assertEquals("mcp_servers[0]", refused("{'mcp_servers':['']}"));
        assertEquals("mcp_servers", refused("{'mcp_servers':' '}"));
    }

    @Test
    void limitsTheServersOfOneRequest() {
        var names = new StringBuilder("'s0'");
        for (var i = 1; i <= 16; i++) {
            names.append(",'s").append(i).append("'");
        }
        assertEquals("mcp_servers[16]", refused("{'mcp_servers':[" + names + "]}"));
    }

    @Test
    void readsOpenAisMcpTool() {
        assertEquals(
                new Source(
                        "https://x.example/mcp",
                        "x",
                        Set.of("a", "b"),
                        Map.of("x-key", "k", "authorization", "Bearer t"),
                        "tools[0].server_url"),
                sources("{'tools':[{'type':'mcp','server_label':'x','server_url':'https://x.example/mcp',"
                                + "'allowed_tools':['a','b'],'headers':{'x-key':'k'},'authorization':'t',"
                                + "'require_approval':'never','server_description':'d','defer_loading':true}]}")
                        .getLast());
    }

    @Test
    void readsAllowedToolsInTheirOtherForm() {
        assertEquals(
                Set.of("a"),
                sources("{'tools':[{'type':'mcp','server_label':'x','server_url':'https://x.example/mcp',"
                                + "'allowed_tools':{'tool_names':['a']}}]}")
                        .getLast()
                        .allowed());
    }

    @Test
    void takesOnlyToolsThatChangeNothingIfTheRequestSaysSo() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'tools':[{'type':'mcp','server_label':'notes','allowed_tools':{'read_only':true}},"
                + "{'type':'mcp','server_label':'calc','allowed_tools':{'read_only':true}}]}");
        assertEquals(List.of("add"), agents.offered(1));
    }

    @Test
    void takesNoToolOfAServerWhoseListIsEmpty() {
        assertEquals(
                List.of(CALC, NOTES),
                sources("{'tools':[{'type':'mcp','server_label':'x','server_url':'https://x.example/mcp',"
                        + "'allowed_tools':[]}]}"));
    }

    @Test
    void findsAConfiguredServerByItsNameAsUrlOrAsLabel() {
        var byUrl = sources("{'tools':[{'type':'mcp','server_label':'t','server_url':'time'}]}")
                .getLast();
        assertEquals(new Source("time", "t", Set.of(), Map.of(), "tools[0].server_url"), byUrl);
        var byLabel =
                sources("{'tools':[{'type':'mcp','server_label':'time'}]}").getLast();
        assertEquals(new Source("time", "time", Set.of(), Map.of(), "tools[0].server_label"), byLabel);
    }

    @Test
    void narrowsAServerOfTheModelsOwnButNeverWidensIt() {
        var settings = new AgentSettings(
                List.of(new AgentSettings.Server("calc", List.of("add", "sub"), false)),
                Budgets.DEFAULT,
                Trace.METADATA,
                false,
                16);
        var agents = Agents.of(ScriptedTools.usual(), settings, Reply.says("hi"));
        agents.ask("{'tools':[{'type':'mcp','server_label':'calc','allowed_tools':['add','rm']}]}");
        agents.ask("{'tools':[{'type':'mcp','server_label':'calc'}]}");
        assertEquals(Set.of("add"), agents.tools.opened.get(0).getFirst().allowed());
        assertEquals(Set.of("add", "sub"), agents.tools.opened.get(1).getFirst().allowed());
        assertEquals(
                "tools[0].allowed_tools",
                agents.refusedParam("{'tools':[{'type':'mcp','server_label':'calc','allowed_tools':['rm']}]}"));
    }

    @Test
    void refusesApprovalsUntilThereAreSome() {
        assertEquals(
                "tools[0].require_approval",
                refused("{'tools':[{'type':'mcp','server_label':'calc','require_approval':'always'}]}"));
        assertEquals(
                "tools[0].require_approval",
                refused("{'tools':[{'type':'mcp','server_label':'calc','require_approval':{'never':{}}}]}"));
    }

    @Test
    void refusesMcpToolsThatAreWrong() {
        assertEquals("tools[0].server_label", refused("{'tools':[{'type':'mcp'}]}"));
        assertEquals("tools[0].server_url", refused("{'tools':[{'type':'mcp','server_label':'x','server_url':5}]}"));
        assertEquals(
                "tools[0].connector_id",
                refused("{'tools':[{'type':'mcp','server_label':'x','connector_id':'connector_gmail'}]}"));
        assertEquals(
                "tools[0].allowed_tools",
                refused("{'tools':[{'type':'mcp','server_label':'calc','allowed_tools':'add'}]}"));
        assertEquals(
                "tools[0].headers",
                refused("{'tools':[{'type':'mcp','server_label':'x','server_url':'http://x','headers':{'a b':'c'}}]}"));
        assertEquals(
                "tools[0].headers", refused("{'tools':[{'type':'mcp','server_label':'calc','authorization':'t'}]}"));
        assertEquals(
                "tools[0].server_url",
                refused("{'tools':[{'type':'mcp','server_label':'calc','server_url':'http://x'}]}"));
        assertEquals("tools", refused("{'tools':'all'}"));
    }

    @Test
    void saysWhichServersCouldNotBeReached() {
        var agents = Agents.of(
                ScriptedTools.usual().without("notes", "connection refused"),
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.says("hi"));
        assertEquals(
                ScriptedTools.json("[{'server':'notes','reason':'connection refused'}]"),
                agents.ask("{}").trace().path("unavailable"));
    }

    @Test
    void failsIfAServerThatTheModelRequiresCannotBeReached() {
        var settings = new AgentSettings(
                List.of(new AgentSettings.Server("notes", List.of(), true)),
                Budgets.DEFAULT,
                Trace.METADATA,
                false,
                16);
        var agents = Agents.of(ScriptedTools.usual().without("notes", "gone"), settings, Reply.says("hi"));
        var failure = assertThrows(ModelFailure.Broken.class, () -> agents.ask("{}"));
        assertTrue(String.valueOf(failure.getMessage()).contains("notes"));
        assertEquals("upstream_broken", agents.runEnds.getFirst().error());
    }

    @Test
    void failsSoUnderAnotherLabelToo() {
        var settings = new AgentSettings(
                List.of(new AgentSettings.Server("notes", List.of(), true)),
                Budgets.DEFAULT,
                Trace.METADATA,
                false,
                16);
        var agents = Agents.of(ScriptedTools.usual().without("notes", "gone"), settings, Reply.says("hi"));
        assertThrows(
                ModelFailure.Broken.class,
                () -> agents.ask("{'tools':[{'type':'mcp','server_label':'mine','server_url':'notes'}]}"));
    }

    @Test
    void neverSendsMcpToolsOrOurOwnMembersToTheEngine() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'tools':[{'type':'mcp','server_label':'calc'}],'mcp_servers':['notes'],'x_forebay':{}}");
        assertFalse(agents.sent(1).toString().contains("mcp"));
        assertFalse(agents.sent(1).has("x_forebay"));
    }

    private static List<Source> sources(String request) {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask(request);
        return agents.tools.opened.getFirst();
    }

    private static String refused(String request) {
        return Agents.of(Reply.says("hi")).refusedParam(request);
    }
}
