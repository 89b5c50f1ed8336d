package dev.forebay.http;

import dev.forebay.access.Scope;
import dev.forebay.http.EdgeObserver.Limit;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/** The order in which a request is let in: head; and to the API: key, place, declared length, memory for the body, body. */
final class Admission {
    private final Edge.Shared shared;
    private final OpenRequests requests;
    private final Authentication authentication;

    Admission(OpenRequests requests) {
        this.shared = requests.shared();
        this.requests = requests;
        this.authentication = new Authentication(shared.keys());
    }

    /** False if the request must not be served, whatever it asks for. */
    boolean admits(HttpServerRequest http, String pattern) {
        if (requests.isLast(http.connection())) {
            // The answer before this one said that it is the last: RFC 9112 §9.6.
            return false;
        }
        if (OtherVersion.isNamedBy(http)) {
            shared.observer().limitRejected(Limit.HEADERS);
            OtherVersion.refuse(http, shared.ids().get());
            requests.last(http.connection());
            return false;
        }
        var problem = Framing.problem(http, shared.limits());
        if (problem.isPresent()) {
            shared.observer().limitRejected(Limit.HEADERS);
            // Where its body ends is as doubtful as its head.
            requests.answerLast(requests.begin(http, pattern), problem.get());
            return false;
        }
        return true;
    }

    void api(HttpServerRequest http, String pattern, Scope scope, ApiHandler handler) {
        var request = requests.begin(http, pattern);
        if (requests.isSurplus(http.connection())) {
            requests.answerLast(
                    request,
                    full("there are as many connections as there may be (server.connections_max)", "connections_full"));
            return;
        }
        if (shared.health().state() == Health.State.STOPPING) {
            requests.closeAfter(request, OpenRequests.STOPPING);
            return;
        }
        switch (authentication.of(http.getHeader("authorization"))) {
            case Authentication.Outcome.Failed(var reason, var error) -> {
                shared.observer().authFailed(reason);
                http.response().putHeader("www-authenticate", "Bearer");
                requests.closeAfter(request, error);
            }
            case Authentication.Outcome.Known(var caller) -> {
                request.caller(caller);
                if (!caller.may(scope)) {
                    shared.observer().authFailed(EdgeObserver.AuthFailure.SCOPE);
                    requests.closeAfter(
                            request,
                            ApiError.forbidden(
                                    scope == Scope.INFERENCE
                                            ? "this API key may not call models"
                                            : "this API key may not administer the gateway; use the one in data/admin.key"));
                } else if (!request.takePlace()) {
                    shared.observer().limitRejected(Limit.REQUESTS);
                    requests.closeAfter(
                            request,
                            full("as many requests are served as may be (limits.requests_max)", "requests_full"));
                } else {
                    new BodyReader(requests, request, handler).begin();
                }
            }
        }
    }

    private static ApiError full(String message, String code) {
        return ApiError.fault(503, message + "; try again", code, Optional.of(Duration.ofSeconds(1)));
    }

    /** Answers what is no request to the API. */
    void refuse(HttpServerRequest http, ApiError error) {
        requests.closeAfter(requests.begin(http, "other"), error);
    }

    /** Answers what is no HTTP that can be read; nothing after it can be either. */
    void unreadable(HttpServerRequest http) {
        if (requests.isLast(http.connection())) {
            return;
        }
        shared.observer().limitRejected(Limit.HEADERS);
        var error = Framing.unreadable(http.decoderResult().cause(), shared.limits());
        http.response()
                .setStatusCode(error.status())
                .putHeader("content-type", "application/json")
                .putHeader("connection", "close")
                .end(Buffer.buffer(error.toBytes()));
        requests.last(http.connection());
    }
}
