package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Defects known of other agent loops, by the number that the reference gives them, each shown not to be here. */
class DefectsTest {
    /** Answers each question through a tool; what belongs to a question may show up with no other. */
    private static Agents echoing(ScriptedTools tools) {
        ScriptedModel.Step step = (request, call, sink) -> {
            var messages = request.messages();
            var last = messages.path(messages.size() - 1);
            var text = last.path("content").asText();
            var reply = last.path("role").asText().equals("tool")
                    ? Reply.says("answer to " + text).using(new Usage(text.length(), 1, 0, 0))
                    : Reply.calls("echo", "{\"text\":\"" + text + "\"}").using(new Usage(text.length(), 2, 0, 0));
            return reply.play(request, call, sink);
        };
        return Agents.of(
                tools.with("calc", "echo", (arguments, _) -> {
                    Thread.yield();
                    return ScriptedTools.text(arguments.path("text").asText());
                }),
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                step);
    }

    @Test
    void a1A2HundredRunsAtOnceEachGetTheirOwnTextResultsAndUsage() throws Exception {
        var agents = echoing(new ScriptedTools());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var runs = new ArrayList<Future<Agents.Ran>>();
            for (var i = 0; i < 100; i++) {
                var question = "q" + "x".repeat(i) + i;
                runs.add(threads.submit(() -> {
                    start.await();
                    return agents.ask("{'messages':[{'role':'user','content':'" + question + "'}]}");
                }));
            }
            start.countDown();
            for (var i = 0; i < 100; i++) {
                var question = "q" + "x".repeat(i) + i;
                var ran = runs.get(i).get(20, TimeUnit.SECONDS);
                assertEquals("answer to " + question, ran.text());
                assertEquals(
                        "answer to " + question,
                        ran.completion().message().path("content").asText());
                assertEquals(
                        new Usage(2L * question.length(), 3, 0, 0),
                        ran.completion().usage());
                assertEquals(2, ran.trace().path("rounds").asInt());
                assertEquals(1, ran.trace().path("tools").size());
            }
        }
        assertEquals(100, agents.runEnds.size());
    }

    @Test
    void a3NothingOfTheGatewaysOrTheCallersCredentialsIsSentToAServer() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'mcp_servers':['https://evil.example/mcp'],'tools':[{'type':'mcp','server_label':'x',"
                + "'server_url':'https://other.example/mcp'}]}");
        assertTrue(agents.tools.opened.getFirst().stream()
                .allMatch(s -> s.headers().isEmpty()));
    }

    @Test
    void a4ToolsAreOpenedForTheCallerWhoAsks() {
        var callers = new ArrayList<String>();
        Tools tools = (sources, caller) -> {
            callers.add(caller.keyId());
            return ScriptedTools.usual().open(sources, caller);
        };
        var agent = new AgenticModelClass(
                "m",
                new ScriptedModel(Reply.says("hi")),
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.OFF),
                new InMemoryContinuations(new ContinuationLimits(1, 1000, 1), Instant::now),
                new RunMemory(1000),
                Instant::now,
                System::nanoTime,
                () -> "id",
                RunObserver.NONE);
        for (var caller : List.of(Agents.ANN, Agents.BOB)) {
            var request = (ObjectNode) ScriptedTools.json("{'messages':[]}");
            var call = new Call("r", "", caller, Instant.MAX);
            try {
                agent.run(new ChatRequest(request), call, Sink.IGNORE);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertEquals(List.of("key_ann", "key_bob"), callers);
    }

    @Test
    void a5AToolKeepsItsSchemaWhateverAnotherRequestHasSeen() {
        var tools = new ScriptedTools()
                .with("a", "search", "{'type':'object','properties':{'x':{}}}", (_, _) -> ScriptedTools.text("a"))
                .with("b", "search", "{'type':'object','properties':{'y':{}}}", (_, _) -> ScriptedTools.text("b"));
        var none = new AgentSettings(List.of(), Budgets.DEFAULT, Trace.METADATA, false, 16);
        var agents = Agents.of(tools, none, Reply.says("hi"));
        agents.ask("{'mcp_servers':['a','b']}");
        agents.ask("{'mcp_servers':['a']}");
        assertEquals(List.of("a__search", "b__search"), agents.offered(1));
        assertEquals(List.of("search"), agents.offered(2));
        assertTrue(agents.sent(2)
                .path("tools")
                .path(0)
                .path("function")
                .path("parameters")
                .path("properties")
                .has("x"));
    }

    @Test
    void a5AnEngineThatChangesItsRequestChangesNoOtherRunsTools() {
        ScriptedModel.Step vandal = (request, call, sink) -> {
            request.tools().forEach(tool -> ((ObjectNode) tool.path("function").path("parameters")).removeAll());
            return Reply.says("hi").play(request, call, sink);
        };
        var agents = Agents.of(vandal);
        agents.ask("{}");
        agents.ask("{}");
        assertEquals(agents.sent(1), agents.sent(2));
    }

    @Test
    void a6AServerNamedWithoutAListIsOneServer() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'mcp_servers':'https://x.example/mcp'}");
        assertEquals(3, agents.tools.opened.getFirst().size());
        assertEquals(
                "https://x.example/mcp",
                agents.tools.opened.getFirst().getLast().server());
    }

    @Test
    void a7ADeadServerIsNeverPassedOverInSilence() {
        var agents = Agents.of(
                ScriptedTools.usual().without("dead", "no route"),
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.says("hi"));
        var ran = agents.ask("{'mcp_servers':['dead']}");
        assertEquals(
                "dead", ran.trace().path("unavailable").path(0).path("server").asText());
        assertEquals(
                "no route",
                ran.trace().path("unavailable").path(0).path("reason").asText());
    }

    @Test
    void a8ClientToolsAndServersAreUsedTogether() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":1,\"b\":1}"), Reply.calls("own", "{}"));
        var ran = agents.ask("{'mcp_servers':['calc'],'tools':[{'type':'function','function':{'name':'own'}}]}");
        assertEquals(List.of("own", "add", "write"), agents.offered(1));
        assertEquals(1, agents.tools.called.size());
        assertEquals("own", ran.completion().toolCalls().getFirst().name());
    }

    @Test
    void a9ARequiredToolChoiceCannotLoopForEver() {
        ScriptedModel.Step obedient = (request, call, sink) -> {
            var forced = request.json().path("tool_choice").asText().equals("required");
            return (forced ? Reply.calls("write", "{}") : Reply.says("done")).play(request, call, sink);
        };
        var agents = Agents.of(obedient);
        assertEquals("done", agents.ask("{'tool_choice':'required'}").text());
        assertEquals(2, agents.model.requests.size());
    }

    @Test
    void a10MalformedArgumentsAreNeverRunAsEmptyOnes() {
        for (var text : List.of("{\"path\": \"/tmp/x", "{\"path\" \"/tmp\"}", "rm -rf", "{", "null", "[]")) {
            var agents = Agents.of(Reply.calls("write", text), Reply.says("sorry"));
            agents.ask("{}");
            assertEquals(List.of(), agents.tools.called, text);
            assertTrue(agents.lastMessage(2).path("content").asText().startsWith("error: the arguments"), text);
        }
    }

    @Test
    void a11NoMemberOfTheRequestIsDroppedOrForced() {
        var agents = Agents.of(Reply.calls("write", "{}"), Reply.says("hi"));
        agents.ask("{'stream':true,'stop':'x','seed':1,'response_format':{'type':'json_object'},"
                + "'tool_choice':'auto','parallel_tool_calls':true,'logprobs':true,'user':'u','metadata':{'a':'b'}}");
        for (var round = 1; round <= 2; round++) {
            for (var member : List.of(
                    "stop",
                    "seed",
                    "response_format",
                    "tool_choice",
                    "parallel_tool_calls",
                    "logprobs",
                    "user",
                    "metadata")) {
                assertTrue(agents.sent(round).has(member), member);
            }
            for (var member : List.of("temperature", "top_p", "max_tokens")) {
                assertFalse(agents.sent(round).has(member), member);
            }
        }
    }

    @Test
    void a12TheClientSeesOneEndAndOneSumOfUsage() {
        var ran = Agents.of(Reply.calls("write", "{}"), Reply.calls("write", "{\"n\":1}"), Reply.says("hi"))
                .ask("{}");
        assertEquals("stop", ran.completion().finishReason());
        assertEquals(new Usage(30, 6, 0, 0), ran.completion().usage());
        assertEquals(List.of(), ran.all(Event.ToolCallDelta.class));
    }

    @Test
    void a13EveryPartOfAResultReachesTheModelAndNoneIsNull() {
        var tools = new ScriptedTools()
                .with(
                        "notes",
                        "write",
                        (_, _) -> new Tools.Result(
                                List.of(
                                        new Tools.Content.Text("one"),
                                        new Tools.Content.Image("image/png", "AAAA"),
                                        new Tools.Content.Text("two")),
                                Optional.of(ScriptedTools.json("{'a':1}")),
                                false))
                .with("notes", "empty", (_, _) -> new Tools.Result(List.of(), Optional.empty(), false));
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("write", "{}").andCalls("empty", "{}"),
                Reply.says("hi"));
        agents.ask("{}");
        var messages = agents.sent(2).path("messages");
        assertEquals(
                "one\n[image image/png 3 bytes omitted]\ntwo",
                messages.path(2).path("content").asText());
        assertEquals(
                "The tool returned nothing.", messages.path(3).path("content").asText());
    }

    @Test
    void a14AUrlIsTakenAsItIsWhateverItsPath() {
        var agents = Agents.of(Reply.says("hi"));
        agents.ask("{'mcp_servers':['https://mcp.example.com/v1/team/prod/mcp']}");
        assertEquals(
                "https://mcp.example.com/v1/team/prod/mcp",
                agents.tools.opened.getFirst().getLast().server());
    }

    @Test
    void a15AToolMayBeSilentForLongAndIsCancelledWithItsClient() throws Exception {
        var started = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var tools = new ScriptedTools().with("notes", "write", (_, _) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                cancelled.countDown();
            }
            return ScriptedTools.text("never");
        });
        var agents = Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), Reply.calls("write", "{}"));
        var run = Thread.ofVirtual()
                .start(() -> assertThrows(InterruptedException.class, () -> agents.run("{}", Agents.ANN, Sink.IGNORE)));
        assertTrue(started.await(20, TimeUnit.SECONDS));
        run.interrupt();
        assertTrue(cancelled.await(20, TimeUnit.SECONDS));
        assertTrue(run.join(Duration.ofSeconds(20)));
    }

    @Test
    void a17ManyRunsWaitForToolsAtOnceWithoutHoldingEachOtherUp() throws Exception {
        var all = new CountDownLatch(300);
        var tools = new ScriptedTools().with("notes", "write", (_, _) -> {
            all.countDown();
            assertTrue(all.await(20, TimeUnit.SECONDS));
            return ScriptedTools.text("met");
        });
        ScriptedModel.Step step = (request, call, sink) -> (request.messages().size() == 1
                        ? Reply.calls("write", "{}")
                        : Reply.says("ok"))
                .play(request, call, sink);
        var agents = Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.OFF), step);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Future<Completion>>();
            for (var i = 0; i < 300; i++) {
                runs.add(threads.submit(() -> agents.run("{}", Agents.ANN, Sink.IGNORE)));
            }
            for (var run : runs) {
                assertEquals(
                        "ok",
                        run.get(20, TimeUnit.SECONDS).message().path("content").asText());
            }
        }
    }

    @Test
    void a18AResultIsCutToItsLimitAndSaysSo() {
        var tools = new ScriptedTools().with("notes", "write", (_, _) -> ScriptedTools.text("x".repeat(100_000)));
        var agents = Agents.of(
                tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), Reply.calls("write", "{}"), Reply.says("ok"));
        var ran = agents.ask("{'x_forebay':{'budget':{'result_bytes_max':1000}}}");
        var told = agents.lastMessage(2).path("content").asText();
        assertTrue(told.length() <= 1000, () -> told.length() + " bytes");
        assertTrue(told.contains("[truncated "), told);
        assertEquals("[\"result_bytes_max\"]", ran.trace().path("budgets_met").toString());
        assertEquals(Set.of("result_bytes_max"), agents.runEnds.getFirst().budgets());
    }

    @Test
    void a18MetricsSeeABoundedSetOfServers() {
        var tools = ScriptedTools.usual()
                .with("https://a.example/mcp", "x", (_, _) -> ScriptedTools.text("1"))
                .with("https://b.example/mcp", "y", (_, _) -> ScriptedTools.text("2"));
        var agents = Agents.of(
                tools,
                Agents.settings(Budgets.DEFAULT, Trace.METADATA),
                Reply.calls("x", "{}")
                        .andCalls("y", "{}")
                        .andCalls("write", "{}")
                        .andCalls("made_up", "{}"),
                Reply.says("ok"));
        agents.ask("{'mcp_servers':['https://a.example/mcp','https://b.example/mcp'],"
                + "'tools':[{'type':'mcp','server_label':'my-label','server_url':'notes'}]}");
        var servers = new HashSet<String>();
        agents.toolEnds.forEach(end -> servers.add(end.server()));
        assertEquals(Set.of("url", "notes", ""), servers);
    }

    @Test
    void runsNothingTwiceWhenTheClientSendsItsResultsAgain() {
        var own = "'tools':[{'type':'function','function':{'name':'own'}}]";
        var agents =
                Agents.of(Reply.calls("write", "{}").andCalls("own", "{}"), Reply.says("done"), Reply.says("done"));
        agents.ask("{" + own + "}");
        var answered = "{" + own + ",'messages':[{'role':'user','content':'q'},{'role':'assistant','tool_calls':"
                + "[{'id':'call_fb0','function':{'name':'own','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'call_fb0','content':'r'}]}";
        agents.ask(answered);
        agents.ask(answered);
        assertEquals(1, agents.tools.called.size());
        assertEquals(agents.sent(2), agents.sent(3));
    }
}
