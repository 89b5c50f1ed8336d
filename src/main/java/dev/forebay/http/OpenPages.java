package dev.forebay.http;

import dev.forebay.access.Scope;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What machines look at: {@code /health/live}, {@code /health/ready}, {@code /metrics}. */
final class OpenPages {
    private static final Logger log = LoggerFactory.getLogger(OpenPages.class);

    private final Vertx vertx;
    private final OpenRequests requests;

    OpenPages(Vertx vertx, OpenRequests requests) {
        this.vertx = vertx;
        this.requests = requests;
    }

    void addTo(Router router) {
        add(router, "/health/live", request -> text(request, 200, "live\n"));
        add(router, "/health/ready", request -> {
            switch (requests.shared().health().state()) {
                case READY -> text(request, 200, "ready\n");
                case STARTING -> text(request, 503, "starting\n");
                case STOPPING -> text(request, 503, "stopping\n");
            }
        });
        add(router, "/metrics", this::metrics);
    }

    private void add(Router router, String path, ApiHandler handler) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(context -> handler.handle(requests.begin(context.request(), path)));
        router.route(path).handler(context -> {
            context.response().putHeader("allow", "GET, HEAD");
            requests.closeAfter(
                    requests.begin(context.request(), path),
                    ApiError.refused(405, "this path takes GET only", "method_not_allowed"));
        });
    }

    /** Open to this machine; from elsewhere the key must have the scope. */
    private void metrics(ApiRequest request) {
        var shared = requests.shared();
        if (!isLocal(request)) {
            var outcome = new Authentication(shared.keys()).of(request.http().getHeader("authorization"));
            switch (outcome) {
                case Authentication.Outcome.Failed(var reason, var error) -> {
                    shared.observer().authFailed(reason);
                    request.fail(error);
                    return;
                }
                case Authentication.Outcome.Known(var caller) -> {
                    request.caller(caller);
                    if (!caller.may(Scope.METRICS)) {
                        shared.observer().authFailed(EdgeObserver.AuthFailure.SCOPE);
                        request.fail(ApiError.forbidden("this API key may not read metrics"));
                        return;
                    }
                }
            }
        }
        vertx.executeBlocking(shared.metrics()::text, false).onComplete(page -> {
            if (page.succeeded()) {
                request.answer(200, shared.metrics().contentType(), Buffer.buffer(page.result()));
            } else {
                log.atError().setCause(page.cause()).log("the metrics page failed");
                request.fail(ApiError.fault(
                        500,
                        "the metrics cannot be shown; the gateway's log says why",
                        "internal_error",
                        Optional.empty()));
            }
        });
    }

    private static boolean isLocal(ApiRequest request) {
        var remote = request.http().remoteAddress();
        var host = remote == null ? null : remote.hostAddress();
        return host != null && (host.startsWith("127.") || host.equals("0:0:0:0:0:0:0:1") || host.equals("::1"));
    }

    private static void text(ApiRequest request, int status, String text) {
        request.answer(status, "text/plain; charset=utf-8", Buffer.buffer(text));
    }
}
