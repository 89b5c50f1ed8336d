package dev.forebay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** One front for each event loop, and what is done to all of them. */
final class Fronts implements AutoCloseable {
    private final List<Front> all;
    private final String host;
    private final int wanted;

    /** @param port 0 takes a free one, the same for all */
    Fronts(Vertx vertx, Lasting lasting, Serving serving, String host, int port) {
        this.host = host;
        this.wanted = port;
        // Below zero, Vert.x gives all event loops the same free port.
        this.all = EventLoops.contexts(vertx).stream()
                .map(context -> new Front(vertx, context, lasting, serving, port == 0 ? -1 : port))
                .toList();
    }

    /**
     * Returns the port, once clients may come.
     *
     * @throws StartFailure if the port is taken
     */
    int listen() {
        try {
            return Future.all(all.stream().map(Front::start).toList())
                    .map(started -> started.<Integer>resultAt(0))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new StartFailure(
                    "cannot listen at " + host + ":" + wanted + " (" + reason(e)
                            + "); end what listens there, or choose another port with --port or server.port",
                    e);
        }
    }

    private static String reason(CompletionException e) {
        var cause = e.getCause();
        return String.valueOf((cause == null ? e : cause).getMessage());
    }

    Future<?> serve(Serving serving) {
        return each(front -> front.serve(serving));
    }

    Future<?> whenThoseOpenNowHaveEnded() {
        return each(Front::whenThoseOpenNowHaveEnded);
    }

    Future<?> drain(Duration patience) {
        return each(front -> front.drain(patience));
    }

    /** Ends every request at once. */
    void hurry() {
        all.forEach(Front::abortAll);
    }

    /** Requests that are being served now. */
    int activeRequests() {
        return all.stream().mapToInt(Front::active).sum();
    }

    /** Event loops that serve clients. */
    int eventLoops() {
        return (int) all.stream().map(Front::loop).distinct().count();
    }

    @Override
    public void close() {
        each(Front::stop).await();
    }

    private Future<?> each(Function<Front, Future<Void>> step) {
        return Future.join(all.stream().map(step).toList());
    }
}
