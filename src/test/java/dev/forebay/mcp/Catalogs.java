package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.Source;
import dev.forebay.agent.Tools.Tool;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.Toolbox;
import dev.forebay.config.Binding;
import dev.forebay.config.Yaml;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A catalog over real servers, with what tests need to speak to it. */
final class Catalogs implements AutoCloseable {
    static final Caller CALLER = new Caller("key", "local", Set.of());
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Progress NO_PROGRESS = (_, _, _) -> {};

    final Vertx vertx = Vertx.vertx();
    final List<McpObserver.Operation> operations = new CopyOnWriteArrayList<>();
    final List<String> changes = new CopyOnWriteArrayList<>();
    final ToolCatalog catalog;

    /** @param settings YAML of the block {@code mcp} */
    Catalogs(String settings, List<McpServer> servers) {
        this(settings, servers, Path.of("target"));
    }

    Catalogs(String settings, List<McpServer> servers, Path data) {
        var observer = new McpObserver() {
            @Override
            public void operationEnded(Operation operation) {
                operations.add(operation);
            }

            @Override
            public void serverChanged(String server, boolean up) {
                changes.add(server + (up ? " up" : " down"));
            }
        };
        catalog = new ToolCatalog(
                settings(settings),
                servers,
                new Processes(System.getenv(), null),
                vertx,
                FaultServer.command(),
                data,
                System::nanoTime,
                new SplittableRandom(1),
                observer);
        catalog.start();
    }

    /** @param yaml of the block {@code mcp} */
    static McpSettings settings(String yaml) {
        return Binding.bind(Yaml.parse("mcp", yaml), McpSettings.class, _ -> null);
    }

    /** The faulty server with these behaviours and these further keys in its file. */
    static McpServer faulty(String id, String keys, String... behaviours) {
        var command = new ArrayList<String>();
        FaultServer.command(behaviours).forEach(word -> command.add("'" + word + "'"));
        return server(id, "command: [" + String.join(", ", command) + "]\nconnect_timeout_seconds: 20\n" + keys);
    }

    static McpServer server(String id, String yaml) {
        var file = Binding.bind(Yaml.parse(id + "/config.yaml", yaml), McpServerFile.class, _ -> null);
        return new McpServer(id, Path.of("target"), file);
    }

    Toolbox open(String... servers) throws InterruptedException {
        var sources = new ArrayList<Source>();
        for (var server : servers) {
            sources.add(source(server, Map.of()));
        }
        return catalog.open(sources, CALLER);
    }

    static Source source(String server, Map<String, String> headers) {
        return new Source(server, server, Set.of(), headers, "mcp_servers[0]");
    }

    static Tool tool(Toolbox tools, String name) {
        return tools.tools().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tool " + name + "; " + tools.unavailable()));
    }

    static Result call(Toolbox tools, String name, ObjectNode arguments) throws Exception {
        return tools.call(tool(tools, name), arguments, PATIENCE, PATIENCE, NO_PROGRESS);
    }

    static String text(Toolbox tools, String name, String argument) throws Exception {
        return text(call(tools, name, Wire.object().put("text", argument)));
    }

    static String text(Result result) {
        return ((Content.Text) result.content().getFirst()).text();
    }

    static ToolFailure fails(ToolFailure.Kind kind, org.junit.jupiter.api.function.Executable call) {
        var failure = assertThrows(ToolFailure.class, call);
        assertTrue(failure.kind() == kind, () -> failure.kind() + ": " + failure.getMessage());
        return failure;
    }

    /** Waits for a fact that another thread or process brings about. */
    static void until(BooleanSupplier fact) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!fact.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it did not come true in time");
            LockSupport.parkNanos(5_000_000);
        }
    }

    static String read(Path file) throws Exception {
        return Files.readString(file);
    }

    @Override
    public void close() {
        catalog.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
