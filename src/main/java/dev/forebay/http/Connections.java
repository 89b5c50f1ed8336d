package dev.forebay.http;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, swept once a second for those that take too long: to send a first request's head, to
 * send a body, or idle between requests. Vert.x's own idle time-out cannot tell these from a model that thinks.
 */
final class Connections {
    /** What a connection is doing, since when. */
    static final class Connection {
        private final HttpConnection http;
        private long since;
        private boolean hadRequest;
        private int serving;
        private @Nullable ApiRequest reading;

        private Connection(HttpConnection http, long now) {
            this.http = http;
            this.since = now;
        }
    }

    private final Map<HttpConnection, Connection> all = new HashMap<>();

    /** Those whose last answer has been given. They are few, so that asking for one mostly costs nothing. */
    private final Set<HttpConnection> last = new HashSet<>();

    private final long headerNanos;
    private final long idleNanos;
    private final long bodyNanos;

    Connections(ServerSettings settings, Limits limits) {
        this.headerNanos = settings.headerSeconds() * 1_000_000_000L;
        this.idleNanos = settings.idleSeconds() * 1_000_000_000L;
        this.bodyNanos = limits.bodySeconds() * 1_000_000_000L;
    }

    void opened(HttpConnection http, long now) {
        all.put(http, new Connection(http, now));
        http.closeHandler(_ -> {
            all.remove(http);
            last.remove(http);
        });
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

    int size() {
        return all.size();
    }

    /** Closes what has been idle too long; returns the requests whose bodies are late. */
    Iterable<ApiRequest> sweep(long now) {
        var late = new ArrayList<ApiRequest>();
        for (var connection : new ArrayList<>(all.values())) {
            var waited = now - connection.since;
            if (connection.reading != null) {
                if (waited > bodyNanos) {
                    late.add(connection.reading);
                }
            } else if (connection.serving == 0 && waited > (connection.hadRequest ? idleNanos : headerNanos)) {
                // Nobody waits for the result: the close handler above does what is to be done.
                connection.http.close().onFailure(_ -> {});
            }
        }
        return late;
    }
}
