package dev.forebay.http;

import dev.forebay.access.Scope;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What machines look at: {@code /health/live}, {@code /health/ready}, {@code /metrics}. */
final class OpenPages {
    private final Vertx vertx;
    private final Edge.Shared shared;

    OpenPages(Vertx vertx, Edge.Shared shared) {
        this.vertx = vertx;
        this.shared = shared;
    }

    void addTo(Router router) {
        page(router, "/health/live", context -> text(context, 200, "live\n"));
        page(router, "/health/ready", context -> {
            var state = shared.health().state();
            if (state == Health.State.READY) {
                text(context, 200, "ready\n");
            } else {
                text(context, 503, state == Health.State.STARTING ? "starting\n" : "stopping\n");
            }
        });
        page(router, "/metrics", this::metrics);
    }

    private static void page(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
        router.route(path).handler(context -> {
            context.response().putHeader("allow", "GET, HEAD");
            error(context, ApiError.refused(405, "this path takes GET only", "method_not_allowed"));
        });
    }

    /** Open to this machine; from elsewhere the key must have the scope. */
    private void metrics(RoutingContext context) {
        if (!isLocal(context)) {
            var outcome = new Authentication(shared.keys()).of(context.request().getHeader("authorization"));
            switch (outcome) {
                case Authentication.Outcome.Failed(var reason, var error) -> {
                    shared.observer().authFailed(reason);
                    error(context, error);
                    return;
                }
                case Authentication.Outcome.Known(var caller) -> {
                    if (!caller.may(Scope.METRICS)) {
                        shared.observer().authFailed(EdgeObserver.AuthFailure.SCOPE);
                        error(context, ApiError.forbidden("this API key may not read metrics"));
                        return;
                    }
                }
            }
        }
        vertx.executeBlocking(shared.metrics()::text, false)
                .onSuccess(page -> context.response()
                        .putHeader("content-type", shared.metrics().contentType())
                        .end(page))
                .onFailure(context::fail);
    }

    private static boolean isLocal(RoutingContext context) {
        var remote = context.request().remoteAddress();
        var host = remote == null ? null : remote.hostAddress();
        return host != null && (host.startsWith("127.") || host.equals("0:0:0:0:0:0:0:1") || host.equals("::1"));
    }

    private static void error(RoutingContext context, ApiError error) {
        context.response()
                .setStatusCode(error.status())
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(error.toBytes()));
    }

    private static void text(RoutingContext context, int status, String text) {
        context.response()
                .setStatusCode(status)
                .putHeader("content-type", "text/plain; charset=utf-8")
                .end(text);
    }
}
