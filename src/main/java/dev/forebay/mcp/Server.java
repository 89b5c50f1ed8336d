package dev.forebay.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server as models know it: its tools and its calls, over a link that it may share with others. Bundled servers are
 * several of these over one process. Thread-safe.
 */
final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private final String name;
    private final McpServerFile file;
    private final Link link;
    private final Operations operations;
    private final LongSupplier nanos;
    private final Circuit circuit;
    private final int callsMax;
    private final Semaphore permits;
    private final Duration pingPatience;

    /** @param operations told of calls, under the name that metrics know the server by */
    Server(String name, McpServerFile file, Link link, McpSettings settings, Operations operations) {
        this.name = name;
        this.file = file;
        this.link = link;
        this.operations = operations;
        this.nanos = operations.nanos();
        this.circuit = new Circuit(settings.circuitFailures(), Duration.ofSeconds(settings.circuitOpenSeconds()));
        this.callsMax = file.serial() ? 1 : settings.callsMax();
        this.permits = new Semaphore(callsMax, true);
        this.pingPatience = Duration.ofSeconds(settings.pingSeconds());
    }

    String name() {
        return name;
    }

    McpServerFile file() {
        return file;
    }

    Link link() {
        return link;
    }

    boolean isBusy() {
        return calls() > 0;
    }

    /** Calls that it has been sent and has not answered. */
    int calls() {
        return callsMax - permits.availablePermits();
    }

    /** True while its circuit is open. */
    boolean isLeftAlone() {
        return circuit.isOpen(nanos.getAsLong());
    }

    /** False while calls would only fail. */
    boolean isAvailable() {
        return !isLeftAlone() && link.isHopeful();
    }

    /** True if {@link #tools} answers without waiting. */
    boolean isReady() {
        return link.now().filter(live -> live.tools().isReady()).isPresent();
    }

    /** The tools that are known, for people. */
    int toolsKnown() {
        return link.now().map(live -> offered(live.tools().known()).size()).orElse(0);
    }

    /** @throws ToolFailure if the server cannot be reached */
    List<ListedTool> tools() throws ToolFailure, InterruptedException {
        if (isLeftAlone()) {
            throw paused();
        }
        return offered(link.live(connectTimeout()).tools().tools());
    }

    private List<ListedTool> offered(List<ListedTool> tools) {
        var origin = file.bundled().orElse("");
        return tools.stream()
                .filter(tool -> origin.isEmpty() || tool.origin().equals(origin))
                .filter(tool ->
                        file.allowedTools().isEmpty() || file.allowedTools().contains(tool.name()))
                .toList();
    }

    Result call(String tool, ObjectNode arguments, Patience patience, Progress progress)
            throws ToolFailure, InterruptedException {
        if (isLeftAlone()) {
            throw paused();
        }
        if (!permits.tryAcquire(patience.silence().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new ToolFailure(
                    Kind.UNAVAILABLE,
                    name + " is busy: " + (file.serial() ? "it takes one call at a time" : callsMax + " calls run"),
                    null);
        }
        try {
            var result = attempt(tool, arguments, patience, progress);
            circuit.succeeded();
            return result;
        } catch (ToolFailure e) {
            judge(e);
            throw e;
        } finally {
            permits.release();
        }
    }

    private ToolFailure paused() {
        return new ToolFailure(Kind.UNAVAILABLE, name + " is left alone for a while: its last calls failed", null);
    }

    private Result attempt(String tool, ObjectNode arguments, Patience patience, Progress progress)
            throws ToolFailure, InterruptedException {
        var connectPatience =
                connectTimeout().compareTo(patience.silence()) < 0 ? connectTimeout() : patience.silence();
        var live = link.live(connectPatience);
        try {
            return once(live, tool, arguments, patience, progress);
        } catch (ToolFailure e) {
            // The connection ended before the call had left us: it may go out once more.
            if (e.kind() != Kind.UNAVAILABLE || !live.connection().gone().isDone()) {
                throw e;
            }
            return once(link.live(connectPatience), tool, arguments, patience, progress);
        }
    }

    private Result once(Link.Live live, String tool, ObjectNode arguments, Patience patience, Progress progress)
            throws ToolFailure, InterruptedException {
        var connection = live.connection();
        return operations.observe(
                "tools/call",
                tool,
                connection,
                () -> Results.from(name, connection.callTool(tool, arguments, patience, progress)));
    }

    /** An answer that we do not like is a sign of life all the same. */
    private void judge(ToolFailure failure) {
        switch (failure.kind()) {
            case PROTOCOL, TOO_LARGE -> circuit.succeeded();
            case TIMEOUT, UNAVAILABLE, LOST -> {
                if (circuit.failed(nanos.getAsLong())) {
                    log.atWarn()
                            .addKeyValue("server", name)
                            .addKeyValue("reason", failure.getMessage())
                            .log("mcp server is left alone for a while");
                    link.now()
                            .ifPresent(live ->
                                    Thread.ofVirtual().name(name + " ping").start(() -> probe(live)));
                }
            }
        }
    }

    /** Slow tools and a dead server look alike; only the dead one does not answer a ping, and is replaced. */
    private void probe(Link.Live live) {
        try {
            live.connection().ping(pingPatience);
        } catch (ToolFailure e) {
            if (e.kind() != Kind.PROTOCOL) {
                link.drop(live.connection(), "does not answer");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration connectTimeout() {
        return Duration.ofSeconds(file.connectTimeoutSeconds());
    }
}
