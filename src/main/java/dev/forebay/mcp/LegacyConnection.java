package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.ToolFailure;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The protocol from 2024-11-05 to 2025-11-25: a session that begins with {@code initialize}. */
final class LegacyConnection implements McpConnection {
    private static final Logger log = LoggerFactory.getLogger(LegacyConnection.class);
    private static final int PAGES_MAX = 100;
    private static final Set<String> SPOKEN = Set.of(
            ProtocolVersions.MCP_2024_11_05,
            ProtocolVersions.MCP_2025_03_26,
            ProtocolVersions.MCP_2025_06_18,
            ProtocolVersions.MCP_2025_11_25);

    private final String server;
    private final Transport transport;
    private final RpcSession rpc;
    private final Operations operations;
    private final int toolsMax;
    private final Duration connectTimeout;
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile Runnable toolsChanged = () -> {};
    private volatile boolean closing;
    private volatile Agreed agreed = new Agreed(ProtocolVersions.MCP_2025_11_25, false, 0);

    /** @param generation counts the sessions of this connection, from 1 */
    private record Agreed(String protocolVersion, boolean hasTools, int generation) {}

    /** How a transport is made that reports when news may have been missed. */
    interface Carrier {
        Transport carry(Runnable missedNews);
    }

    private LegacyConnection(
            Carrier carrier, Duration connectTimeout, int toolsMax, Operations operations, LongSupplier nanos) {
        this.server = operations.server();
        this.connectTimeout = connectTimeout;
        this.toolsMax = toolsMax;
        this.operations = operations;
        this.transport = carrier.carry(this::changed);
        this.rpc = new RpcSession(server, transport, nanos, this::changed);
    }

    /** @throws ToolFailure if the server cannot be reached or speaks no version of ours; nothing is left running */
    static LegacyConnection open(
            Carrier carrier, Duration connectTimeout, int toolsMax, Operations operations, LongSupplier nanos)
            throws ToolFailure, InterruptedException {
        var connection = new LegacyConnection(carrier, connectTimeout, toolsMax, operations, nanos);
        var opened = false;
        try {
            connection.transport.open(connection.rpc);
            connection.initialize();
            connection.lasts(nanos.getAsLong());
            opened = true;
            return connection;
        } catch (SessionLost e) {
            throw Failures.unavailable(connection.server, "does not accept a new session", e);
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    private void lasts(long since) {
        var _ = gone().thenRun(() -> operations.sessionEnded(this, since, !closing));
    }

    private void initialize() throws ToolFailure, SessionLost, InterruptedException {
        var params = Wire.object().put("protocolVersion", ProtocolVersions.MCP_2025_11_25);
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "forebay").put("version", version());
        var result = operations.observe(
                McpSchema.METHOD_INITIALIZE,
                null,
                this,
                () -> rpc.request(McpSchema.METHOD_INITIALIZE, params, Patience.of(connectTimeout), null));
        var version = result.path("protocolVersion").asText();
        if (!SPOKEN.contains(version)) {
            throw Failures.unavailable(
                    server,
                    "speaks version " + Failures.cut(version) + " of the protocol; Forebay speaks "
                            + SPOKEN.stream().sorted().toList(),
                    null);
        }
        var tools = result.path("capabilities").path("tools");
        transport.agreed(version);
        introduced();
        agreed = new Agreed(version, tools.isObject(), agreed.generation() + 1);
        if (tools.path("listChanged").asBoolean()) {
            transport.listen();
        }
    }

    /** Nothing else may overtake this notification: some servers refuse what comes before it. */
    private void introduced() throws ToolFailure, InterruptedException {
        try {
            rpc.notify(McpSchema.METHOD_NOTIFICATION_INITIALIZED, null)
                    .get(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw Failures.unavailable(server, "did not take the notification that we are ready", e);
        }
    }

    private static String version() {
        var version = LegacyConnection.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String transport() {
        return transport.name();
    }

    @Override
    public String protocolVersion() {
        return agreed.protocolVersion();
    }

    @Override
    public List<JsonNode> listTools(Duration timeout) throws ToolFailure, InterruptedException {
        if (!agreed.hasTools()) {
            return List.of();
        }
        var tools = new ArrayList<JsonNode>();
        var cursors = new HashSet<String>();
        var cursor = "";
        do {
            var page = page(cursor, Patience.of(timeout));
            page.path("tools").forEach(tools::add);
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty() && cursors.add(cursor) && cursors.size() < PAGES_MAX && tools.size() <= toolsMax);
        if (!cursor.isEmpty() || tools.size() > toolsMax) {
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("tools", Math.min(tools.size(), toolsMax))
                    .log("mcp server has more tools than are taken (mcp.tools_max)");
        }
        return List.copyOf(tools.subList(0, Math.min(tools.size(), toolsMax)));
    }

    /** Reading twice does no harm, and an idle connection may have been closed under the first try. */
    private JsonNode page(String cursor, Patience patience) throws ToolFailure, InterruptedException {
        try {
            return pageOnce(cursor, patience);
        } catch (ToolFailure e) {
            if (e.kind() != ToolFailure.Kind.LOST || gone().isDone()) {
                throw e;
            }
            return pageOnce(cursor, patience);
        }
    }

    private JsonNode pageOnce(String cursor, Patience patience) throws ToolFailure, InterruptedException {
        var params = cursor.isEmpty() ? Wire.object() : Wire.object().put("cursor", cursor);
        return operations.observe(
                McpSchema.METHOD_TOOLS_LIST,
                null,
                this,
                () -> request(McpSchema.METHOD_TOOLS_LIST, params, patience, null));
    }

    @Override
    public JsonNode callTool(String name, ObjectNode arguments, Patience patience, Progress progress)
            throws ToolFailure, InterruptedException {
        var params = Wire.object().put("name", name);
        params.set("arguments", arguments);
        return request(McpSchema.METHOD_TOOLS_CALL, params, patience, progress);
    }

    @Override
    public void ping(Duration timeout) throws ToolFailure, InterruptedException {
        request(McpSchema.METHOD_PING, Wire.object(), Patience.of(timeout), null);
    }

    @Override
    public void onToolsChanged(Runnable changed) {
        toolsChanged = changed;
    }

    private void changed() {
        toolsChanged.run();
    }

    @Override
    public CompletableFuture<String> gone() {
        return rpc.gone();
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        transport.close();
    }

    private JsonNode request(String method, ObjectNode params, Patience patience, @Nullable Progress progress)
            throws ToolFailure, InterruptedException {
        var before = agreed;
        try {
            return rpc.request(method, params, patience, progress);
        } catch (SessionLost _) {
            return afterRenewal(before, method, params, patience, progress);
        }
    }

    /** A server that has lost the session has not looked at the request, so that it may be sent again. */
    private JsonNode afterRenewal(
            Agreed before, String method, ObjectNode params, Patience patience, @Nullable Progress progress)
            throws ToolFailure, InterruptedException {
        try {
            renew(before);
            return rpc.request(method, params, patience, progress);
        } catch (SessionLost e) {
            throw Failures.unavailable(server, "forgets every session at once", e);
        }
    }

    private void renew(Agreed before) throws ToolFailure, SessionLost, InterruptedException {
        renewal.lockInterruptibly();
        try {
            if (agreed.generation() == before.generation()) {
                log.atInfo().addKeyValue("server", server).log("mcp session lost; beginning a new one");
                initialize();
                changed();
            }
        } finally {
            renewal.unlock();
        }
    }
}
