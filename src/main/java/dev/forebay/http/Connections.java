package dev.forebay.http;

import dev.forebay.http.EdgeObserver.Limit;
import dev.forebay.sse.EventWriter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, swept once a second for those that take too long: to send a first request's head, to
 * send a body, to read an answer that has ended, or idle between requests. Vert.x's own idle time-out cannot tell these from
 * a model that thinks.
 */
final class Connections {
    /** Connections beyond the bound that are kept for a moment so that their clients can be told; more are cut at once. */
    private static final int SURPLUS_MAX = 100;

    private static final long SURPLUS_NANOS = 1_000_000_000L;

    /** What a connection is doing, since when. */
    private static final class Connection {
        private final HttpConnection http;
        private long since;
        private boolean hadRequest;
        private int serving;
        private long unread;
        private @Nullable ApiRequest reading;

        private Connection(HttpConnection http, long now) {
            this.http = http;
            this.since = now;
        }
    }

    private final Edge.Shared shared;
    private final Map<HttpConnection, Connection> all = new HashMap<>();

    /** Those whose last answer has been given. They are few, so that asking for one mostly costs nothing. */
    private final Set<HttpConnection> last = new HashSet<>();

    /** Those that have no place. */
    private final Set<HttpConnection> surplus = new HashSet<>();

    private final long headerNanos;
    private final long idleNanos;
    private final long bodyNanos;

    Connections(Edge.Shared shared) {
        this.shared = shared;
        this.headerNanos = shared.settings().headerSeconds() * 1_000_000_000L;
        this.idleNanos = shared.settings().idleSeconds() * 1_000_000_000L;
        this.bodyNanos = shared.limits().bodySeconds() * 1_000_000_000L;
    }

    /** False if it was one too many, even to be told so. */
    boolean opened(HttpConnection http, long now) {
        if (shared.connections().take()) {
            http.closeHandler(_ -> {
                shared.connections().giveBack();
                closed(http);
            });
        } else {
            shared.observer().limitRejected(Limit.CONNECTIONS);
            if (surplus.size() >= SURPLUS_MAX) {
                EventWriter.breakOff(http);
                return false;
            }
            surplus.add(http);
            http.closeHandler(_ -> closed(http));
        }
        all.put(http, new Connection(http, now));
        return true;
    }

    private void closed(HttpConnection http) {
        all.remove(http);
        last.remove(http);
        surplus.remove(http);
    }

    boolean isSurplus(HttpConnection http) {
        return !surplus.isEmpty() && surplus.contains(http);
    }

    void last(HttpConnection http) {
        if (all.containsKey(http)) {
            last.add(http);
        }
    }

    boolean isLast(HttpConnection http) {
        return !last.isEmpty() && last.contains(http);
    }

    void began(ApiRequest request, long now) {
        var connection = all.get(request.http().connection());
        if (connection != null) {
            connection.hadRequest = true;
            connection.serving++;
            connection.reading = request;
            connection.since = now;
        }
    }

    void read(ApiRequest request) {
        var connection = all.get(request.http().connection());
        if (connection != null) {
            connection.reading = null;
        }
    }

    /** True while the request's body comes. */
    boolean isReading(ApiRequest request) {
        var connection = all.get(request.http().connection());
        return connection != null && request.equals(connection.reading);
    }

    void ended(ApiRequest request, long now) {
        var connection = all.get(request.http().connection());
        if (connection != null) {
            connection.serving--;
            connection.reading = null;
            connection.since = now;
        }
    }

    /** Cuts what has been idle too long; returns the requests whose bodies are late. */
    Iterable<ApiRequest> sweep(long now) {
        var late = new ArrayList<ApiRequest>();
        for (var connection : new ArrayList<>(all.values())) {
            if (connection.reading != null) {
                if (now - connection.since > bodyNanos) {
                    late.add(connection.reading);
                }
            } else if (connection.serving == 0) {
                sweepIdle(connection, now);
            }
        }
        return late;
    }

    private void sweepIdle(Connection connection, long now) {
        var unread = unread(connection.http);
        if (unread != connection.unread) {
            connection.unread = unread;
            connection.since = now;
        } else if (now - connection.since > patience(connection)) {
            EventWriter.breakOff(connection.http);
        }
    }

    private long patience(Connection connection) {
        if (isSurplus(connection.http)) {
            return SURPLUS_NANOS;
        }
        return connection.hadRequest ? idleNanos : headerNanos;
    }

    /** Bytes that still wait for the client to read, less what it has read of those that it reads now. */
    private static long unread(HttpConnection http) {
        if (!(http instanceof HttpServerConnection channel)) {
            return 0;
        }
        var waiting = channel.channelHandlerContext().channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }
}
