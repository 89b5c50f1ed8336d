package dev.forebay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
            throw cannotListen(host, wanted, e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * Before anything is started that a start in vain would have to end again.
     *
     * @throws StartFailure if the port is taken
     */
    static void needFree(String host, int port) {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw cannotListen(host, port, e);
        }
    }

    private static StartFailure cannotListen(String host, int port, Throwable cause) {
        return new StartFailure(
                "cannot listen at " + host + ":" + port + " (" + cause.getMessage()
                        + "); end what listens there, or choose another port with --port or server.port",
                cause);
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
