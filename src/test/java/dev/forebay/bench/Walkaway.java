package dev.forebay.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A client that closes its connection while its request is served, to see how soon the model server learns of it. */
final class Walkaway {
    private static final int PATIENCE_SECONDS = 20;

    private final Context context;
    private final HttpClient client;
    private final RequestOptions to;
    private final Target modelServer;

    Walkaway(Context context, HttpClient client, RequestOptions to, Target modelServer) {
        this.context = context;
        this.client = client;
        this.to = to;
        this.modelServer = modelServer;
    }

    /**
     * @param wish unique, begins with {@link Watched#WISH}
     * @param body with that wish
     * @return nanoseconds from the client's end to the end of the model server's connection
     */
    long nanos(String wish, Function<String, Buffer> body) throws Exception {
        var left = new CompletableFuture<Long>();
        client.request(to).onFailure(left::completeExceptionally).onSuccess(request -> {
            // What comes of it, and that it fails in the end, is as it should be.
            request.send(body.apply(wish)).onSuccess(response -> response.exceptionHandler(_ -> {}));
            moment(wish, "begun").onFailure(left::completeExceptionally).onSuccess(_ -> leave(request, left));
        });
        var begun = left.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return moment(wish, "gone").toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                - begun;
    }

    private void leave(HttpClientRequest request, CompletableFuture<Long> left) {
        context.runOnContext(_ -> {
            var now = System.nanoTime();
            request.reset();
            left.complete(now);
        });
    }

    private Future<Long> moment(String wish, String name) {
        return client.request(HttpMethod.GET, modelServer.port(), "127.0.0.1", Watched.path(wish, name))
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .map(body -> Long.parseLong(body.toString()));
    }
}
