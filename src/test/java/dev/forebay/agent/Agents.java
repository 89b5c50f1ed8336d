package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.access.Scope;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** An agentic model over a scripted one and scripted tools, with a clock that stands until it is moved. */
final class Agents {
    static final Caller ANN = new Caller("key_ann", "ann", Set.of(Scope.INFERENCE));
    static final Caller BOB = new Caller("key_bob", "bob", Set.of(Scope.INFERENCE));

    final ScriptedModel model;
    final ScriptedTools tools;
    final List<RunObserver.ToolEnd> toolEnds = new CopyOnWriteArrayList<>();
    final List<RunObserver.RunEnd> runEnds = new CopyOnWriteArrayList<>();
    final RunMemory memory = new RunMemory(1 << 20);
    final AgenticModelClass agent;
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final AtomicInteger ids = new AtomicInteger();

    /** With the servers {@code calc} and {@code notes}, and otherwise all defaults. */
    static Agents of(ScriptedModel.Step... steps) {
        return of(ScriptedTools.usual(), settings(Budgets.DEFAULT, Trace.METADATA), steps);
    }

    static Agents of(ScriptedTools tools, AgentSettings settings, ScriptedModel.Step... steps) {
        return new Agents(new ScriptedModel(steps), tools, settings);
    }

    private Agents(ScriptedModel model, ScriptedTools tools, AgentSettings settings) {
        this.model = model;
        this.tools = tools;
        InstantSource clock = () -> now;
        this.agent = new AgenticModelClass(
                "m",
                model,
                tools,
                settings,
                new InMemoryContinuations(new ContinuationLimits(100, 1 << 20, 3600), clock),
                memory,
                clock,
                System::nanoTime,
                () -> "call_fb" + ids.getAndIncrement(),
                new RunObserver() {
                    @Override
                    public void toolEnded(ToolEnd end) {
                        toolEnds.add(end);
                    }

                    @Override
                    public void runEnded(RunEnd end) {
                        runEnds.add(end);
                    }
                });
    }

    static AgentSettings settings(Budgets budgets, Trace trace) {
        return new AgentSettings(servers("calc", "notes"), budgets, trace, false, 16);
    }

    static List<AgentSettings.Server> servers(String... names) {
        return List.of(names).stream()
                .map(name -> new AgentSettings.Server(name, List.of(), false))
                .toList();
    }

    /** What came out of a run. */
    record Ran(Completion completion, List<Event> events) {
        String text() {
            return events.stream()
                    .filter(Event.Text.class::isInstance)
                    .map(e -> ((Event.Text) e).text())
                    .collect(Collectors.joining());
        }

        <E extends Event> List<E> all(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        JsonNode trace() {
            return completion.extras().path("x_forebay");
        }
    }

    /** A request in JSON with single quotes; messages are one question if it has none. */
    Ran ask(String request) {
        return ask(request, ANN);
    }

    Ran ask(String request, Caller caller) {
        var events = new ArrayList<Event>();
        try {
            return new Ran(run(request, caller, events::add), events);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this", e);
        }
    }

    Completion run(String request, Caller caller, Sink sink) throws InterruptedException {
        var json = (ObjectNode) ScriptedTools.json(request);
        if (!json.has("messages")) {
            json.set("messages", ScriptedTools.json("[{'role':'user','content':'question'}]"));
        }
        json.put("model", "m");
        return agent.run(new ChatRequest(json), new Call("req", "", caller, now.plusSeconds(3600)), sink);
    }

    /** The parameter that a request is refused for. */
    String refusedParam(String request) {
        try {
            ask(request);
        } catch (ModelFailure.BadRequest e) {
            return String.valueOf(e.param());
        }
        return "not refused";
    }

    /** What the engine got in a round, from 1. */
    ObjectNode sent(int round) {
        return model.requests.get(round - 1).json();
    }

    /** The last message that the engine got in a round. */
    JsonNode lastMessage(int round) {
        var messages = sent(round).path("messages");
        return messages.path(messages.size() - 1);
    }

    /** The names of the tools that the engine was offered in a round. */
    List<String> offered(int round) {
        var names = new ArrayList<String>();
        sent(round)
                .path("tools")
                .forEach(tool -> names.add(tool.path("function").path("name").asText()));
        return names;
    }
}
