package dev.forebay.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A model server on raw sockets that misbehaves on demand: each request gets the next {@link Script} in the queue, or
 * the one for all others. It records what came in, and tells when the other side has closed a connection.
 */
public final class FakeUpstream implements AutoCloseable {
    private static final int WAIT_SECONDS = 20;

    /** Answers one request; it may block, and may leave the connection in any state. */
    @FunctionalInterface
    public interface Script {
        void play(Peer peer) throws Exception;
    }

    /**
     * A request as it came.
     *
     * @param head request line and header lines
     * @param gone becomes {@code closed} or {@code reset} when the other side ends the connection
     */
    public record Request(List<String> head, byte[] body, int connection, CompletableFuture<String> gone) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String line() {
            return head.getFirst();
        }

        /** The header's value, or null. */
        public String header(String name) {
            return head.stream()
                    .skip(1)
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }

        /** Waits until the connection has been ended from the other side. */
        public String awaitGone() {
            return await(gone);
        }
    }

    private final ServerSocket server;
    private final BlockingQueue<Script> next = new LinkedBlockingQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Request> arriving = new LinkedBlockingQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Function<Request, Script> otherwise =
            _ -> Answers.refusal(500, "{\"error\":{\"message\":\"no script\"}}");

    private FakeUpstream(ServerSocket server) {
        this.server = server;
    }

    public static FakeUpstream start() {
        return start(InetAddress.getLoopbackAddress(), 0);
    }

    /** At an address of this machine. */
    public static FakeUpstream start(InetAddress address, int port) {
        try {
            var fake = new FakeUpstream(new ServerSocket(port, 500, address));
            Thread.ofVirtual().start(fake::accept);
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server whose every answer is this one. */
    public static FakeUpstream answering(Script script) {
        return start().otherwise(script);
    }

    /** The next request without a script of its own gets this one. */
    public FakeUpstream then(Script script) {
        next.add(script);
        return this;
    }

    /** What requests get for which no script is left. */
    public FakeUpstream otherwise(Script script) {
        return thinking(_ -> script);
    }

    /** The same, by what is asked. */
    public FakeUpstream thinking(Function<Request, Script> mind) {
        otherwise = mind;
        return this;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** With {@code /v1} at its end, as nodepools want it. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    /** All requests so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that are open now. */
    public int open() {
        return open.size();
    }

    /** Waits for the next request that was not awaited yet. */
    public Request awaitRequest() {
        try {
            var request = arriving.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("no request came");
            }
            return request;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As if nothing had been asked so far. */
    public void forgetRequests() {
        requests.clear();
        arriving.clear();
    }

    @Override
    public void close() {
        kill();
    }

    /** Stops listening and resets all connections, as a process does that is killed. */
    public void kill() {
        try {
            server.close();
            for (var socket : open) {
                reset(socket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reset(Socket socket) throws IOException {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // Its script may have closed it at this moment.
            if (!socket.isClosed()) {
                throw e;
            }
        }
        socket.close();
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                var number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    /** Reads on while scripts run on a thread of their own, so that a closed connection is noticed at once. */
    private void serve(Socket socket, int number) {
        var gone = new CompletableFuture<String>();
        var waiting = new LinkedBlockingQueue<Script>();
        Thread.ofVirtual().start(() -> play(socket, waiting, gone));
        try (var in = new BufferedInputStream(socket.getInputStream())) {
            while (true) {
                var head = head(in);
                if (head == null) {
                    gone.complete("closed");
                    return;
                }
                var request = new Request(head, body(in, head), number, gone);
                requests.add(request);
                var script = next.poll();
                waiting.add(script == null ? otherwise.apply(request) : script);
                arriving.add(request);
            }
        } catch (IOException _) {
            gone.complete("reset");
        } finally {
            open.remove(socket);
            waiting.add(Peer::close);
        }
    }

    private static void play(Socket socket, BlockingQueue<Script> waiting, CompletableFuture<String> gone) {
        try {
            var peer = new Peer(socket, gone);
            while (!socket.isClosed()) {
                waiting.take().play(peer);
            }
        } catch (Exception _) {
            // The other side went away in the middle of the script: the test sees it by gone.
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        var lines = new CopyOnWriteArrayList<String>();
        while (true) {
            var line = line(in);
            if (line == null) {
                return null;
            }
            if (line.isEmpty() && !lines.isEmpty()) {
                return lines;
            }
            lines.add(line);
        }
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            var b = in.read();
            if (b < 0) {
                return null;
            }
            if (b == '\n') {
                return bytes.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            bytes.write(b);
        }
    }

    private static byte[] body(InputStream in, List<String> head) throws IOException {
        for (var line : head) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                return in.readNBytes(Integer.parseInt(line.substring(15).strip()));
            }
        }
        return new byte[0];
    }
}
