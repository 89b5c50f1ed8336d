package dev.forebay.compute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Ports of the loopback address that were free a moment ago. The last ones given are not given again at once, so that
 * two replicas that start together do not meet on one.
 */
public final class FreePorts implements IntSupplier {
    private static final int REMEMBERED = 256;
    private static final int TRIES = 20;

    private final Set<Integer> given = new LinkedHashSet<>();

    @Override
    public synchronized int getAsInt() {
        var port = free();
        for (var i = 0; i < TRIES && given.contains(port); i++) {
            port = free();
        }
        given.add(port);
        if (given.size() > REMEMBERED) {
            given.remove(given.iterator().next());
        }
        return port;
    }

    private static int free() {
        try (var socket = new ServerSocket()) {
            // The child binds the port right after us, so it must not be held back as recently used.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("there is no free port (" + e.getMessage() + ")", e);
        }
    }
}
