package dev.forebay.mcp;

import io.modelcontextprotocol.spec.HttpHeaders;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where and how to reach a server over HTTP. All exchanges of a server run on one context: a request that is issued
 * elsewhere may have been answered before its handlers are attached.
 *
 * @param server how messages call it
 * @param headers of the configuration or of the request that named the server, sent with every exchange
 */
record HttpTarget(
        String server,
        Vertx vertx,
        Context context,
        HttpClient client,
        URI url,
        Map<String, String> headers,
        Duration connectTimeout,
        int messageBytesMax) {

    RequestOptions request(HttpMethod method, String accept, Session session) {
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .setConnectTimeout(connectTimeout.toMillis());
        headers.forEach(options::putHeader);
        options.putHeader(HttpHeaders.ACCEPT, accept).putHeader("accept-encoding", "identity");
        if (!session.id().isEmpty()) {
            options.putHeader(HttpHeaders.MCP_SESSION_ID, session.id());
        }
        if (!session.protocolVersion().isEmpty()) {
            options.putHeader(HttpHeaders.PROTOCOL_VERSION, session.protocolVersion());
        }
        return options;
    }

    /** Vert.x logs an error for a response that is reset before anybody has asked to hear of it. */
    static void quiet(HttpClientResponse response) {
        response.exceptionHandler(_ -> {});
    }

    /** What a server has given us to say who we are; empty where it has not. */
    record Session(String id, String protocolVersion) {
        static final Session NONE = new Session("", "");
    }
}
