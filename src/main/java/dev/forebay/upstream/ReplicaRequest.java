package dev.forebay.upstream;

import dev.forebay.compute.Endpoint;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;

/** What of a turn's request is HTTP: where it goes, what its head says, and how its connection is got rid of. */
final class ReplicaRequest {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");

    private ReplicaRequest() {}

    static RequestOptions to(Endpoint endpoint, TurnRequest turn) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(endpoint.tls())
                .setURI(endpoint.basePath() + turn.path());
    }

    /** @param last whether the connection is to serve no other request */
    static void putHeaders(HttpClientRequest to, TurnRequest turn, Endpoint endpoint, boolean last) {
        var headers = to.headers()
                .addAll(turn.headers())
                .set(HttpHeaders.CONTENT_TYPE, JSON)
                .set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY)
                .set(HttpHeaders.ACCEPT, turn.turn().stream() ? EVENTS : JSON);
        if (last) {
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        endpoint.apiKey().ifPresent(key -> headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + key.reveal()));
    }

    /** Whether the connection has served another request before. */
    static boolean isReused(HttpClientRequest request) {
        return request.connection() instanceof HttpClientConnection known && known.lastResponseReceivedTimestamp() > 0;
    }

    /**
     * True for a status after which HTTP has no body. Something may follow all the same: the answer that an interim status
     * promises, or a body of a server that knows no better. It must not be taken for the answer to the next request.
     */
    static boolean hasNoBody(int status) {
        return status < 200 || status == 204 || status == 205 || status == 304;
    }

    /** An orderly close waits until all is written, which a replica that does not read puts off for ever. */
    static void cutOff(HttpClientRequest request) {
        var connection = request.connection();
        connection.close();
        if (connection instanceof HttpClientConnection channel) {
            var _ = channel.channelHandlerContext().close();
        }
    }
}
