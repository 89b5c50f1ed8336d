package dev.forebay.http;

import dev.forebay.config.Default;
import java.util.Optional;

/**
 * Where and how the gateway listens, as {@code server:} in the configuration says.
 *
 * @param host the address to listen at; 127.0.0.1 is this machine only
 * @param port 0 takes a free one
 * @param eventLoops threads that serve connections; 0 is one for each processor
 * @param transport how they ask the kernel for news of their connections: auto (epoll on Linux), epoll, io_uring or nio;
 *     what the machine refuses is replaced by auto, and the log says why
 * @param headerSeconds that a new connection may take until its first request's head is whole
 * @param idleSeconds that a connection is kept without a request, or while the client reads nothing of an answer that has ended
 * @param warmUpMillis of traffic of its own before the gateway is ready, so that the first clients need not wait for
 *     code to be loaded and compiled; 0 is none
 * @param connectionsMax of clients at once; requests on further ones are refused. If absent, half of what the system's limit of
 *     open files leaves, since each may need another to a model server
 */
public record ServerSettings(
        @Default("127.0.0.1") String host,
        @Default("8080") int port,
        @Default("0") int eventLoops,
        @Default("auto") Transport transport,
        @Default("10") int headerSeconds,
        @Default("75") int idleSeconds,
        @Default("200") int warmUpMillis,
        Optional<Integer> connectionsMax) {
    /** How event loops learn of what their sockets have. */
    public enum Transport {
        /** The best that serves in every place: epoll on Linux, the JDK's own elsewhere. */
        AUTO,
        EPOLL,
        /** Asks the kernel in batches. Old kernels and the rules of most containers refuse it. */
        IO_URING,
        /** The JDK's own, without native code. */
        NIO
    }

    public ServerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: need an address such as 127.0.0.1, got an empty one");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: need 0 to 65535, got " + port);
        }
        if (eventLoops < 0 || eventLoops > 256) {
            throw new IllegalArgumentException(
                    "event_loops: need 0 (one for each processor) to 256, got " + eventLoops);
        }
        if (warmUpMillis < 0 || warmUpMillis > 60_000) {
            throw new IllegalArgumentException("warm_up_millis: need 0 (none) to 60000, got " + warmUpMillis);
        }
        if (connectionsMax.isPresent() && connectionsMax.get() < 1) {
            throw new IllegalArgumentException("connections_max: need 1 or more, got " + connectionsMax.get());
        }
        if (headerSeconds < 1 || idleSeconds < 1) {
            throw new IllegalArgumentException(
                    "header_seconds, idle_seconds: need 1 or more, got " + headerSeconds + " and " + idleSeconds);
        }
    }
}
