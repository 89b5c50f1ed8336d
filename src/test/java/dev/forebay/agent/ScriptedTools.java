package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Servers in memory, whose tools do what the test says; remembers sources and calls. */
final class ScriptedTools implements Tools {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Map<String, List<Entry>> servers = new TreeMap<>();
    private final List<Unavailable> unavailable = new ArrayList<>();
    final List<List<Source>> opened = new CopyOnWriteArrayList<>();
    final List<Called> called = new CopyOnWriteArrayList<>();
    Predicate<Tool> available = _ -> true;

    record Called(String tool, ObjectNode arguments, Duration timeout, Duration timeoutMax) {}

    private record Entry(Tool tool, Behaviour behaviour) {}

    @FunctionalInterface
    interface Behaviour {
        Result call(ObjectNode arguments, Progress progress) throws ToolFailure, InterruptedException;
    }

    /** A server {@code calc} with {@code add} (a and b, whole numbers) and a server {@code notes} with {@code write}. */
    static ScriptedTools usual() {
        return new ScriptedTools()
                .with(
                        "calc",
                        "add",
                        "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'}},'required':['a','b']}",
                        (arguments, _) ->
                                text(String.valueOf(arguments.path("a").asInt()
                                        + arguments.path("b").asInt())))
                .with("notes", "write", "{'type':'object'}", (_, _) -> text("written"));
    }

    ScriptedTools with(String server, String name, Behaviour behaviour) {
        return with(server, name, "{'type':'object'}", behaviour);
    }

    /** Tools of the server {@code calc} are read-only, those of {@code serial} serial. */
    ScriptedTools with(String server, String name, String schema, Behaviour behaviour) {
        var tool = new Tool(
                server,
                name,
                "Does " + name + ".",
                json(schema),
                server.equals("calc"),
                server.equals("serial"),
                Optional.empty());
        return with(tool, behaviour);
    }

    ScriptedTools with(Tool tool, Behaviour behaviour) {
        servers.computeIfAbsent(tool.server(), _ -> new ArrayList<>()).add(new Entry(tool, behaviour));
        return this;
    }

    ScriptedTools without(String server, String reason) {
        unavailable.add(new Unavailable(server, reason));
        return this;
    }

    @Override
    public Toolbox open(List<Source> sources, Caller caller) {
        opened.add(sources);
        var entries = new ArrayList<Entry>();
        for (var source : sources) {
            for (var entry : servers.getOrDefault(source.server(), List.of())) {
                if (source.allowed().isEmpty()
                        || source.allowed().contains(entry.tool().name())) {
                    entries.add(new Entry(labelled(entry.tool(), source.label()), entry.behaviour()));
                }
            }
        }
        entries.sort(Comparator.comparing((Entry e) -> e.tool().server())
                .thenComparing(e -> e.tool().name()));
        var missing = unavailable.stream()
                .filter(u -> sources.stream().anyMatch(s -> s.server().equals(u.server())))
                .toList();
        return new Box(entries, missing);
    }

    private static Tool labelled(Tool tool, String label) {
        return new Tool(
                label,
                tool.name(),
                tool.description(),
                tool.inputSchema(),
                tool.readOnly(),
                tool.serial(),
                tool.timeout());
    }

    private final class Box implements Toolbox {
        private final List<Entry> entries;
        private final List<Unavailable> missing;

        Box(List<Entry> entries, List<Unavailable> missing) {
            this.entries = entries;
            this.missing = missing;
        }

        @Override
        public List<Tool> tools() {
            return entries.stream().map(Entry::tool).toList();
        }

        @Override
        public List<Unavailable> unavailable() {
            return missing;
        }

        @Override
        public Result call(Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax, Progress progress)
                throws ToolFailure, InterruptedException {
            called.add(new Called(tool.server() + "." + tool.name(), arguments, timeout, timeoutMax));
            var entry = entries.stream().filter(e -> e.tool().equals(tool)).findFirst();
            return entry.orElseThrow().behaviour().call(arguments, progress);
        }

        @Override
        public boolean isAvailable(Tool tool) {
            return available.test(tool);
        }
    }

    static Result text(String text) {
        return new Result(List.of(new Content.Text(text)), Optional.empty(), false);
    }

    /** JSON with single quotes. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
