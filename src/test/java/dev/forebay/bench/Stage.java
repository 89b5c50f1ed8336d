package dev.forebay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes of a benchmark. All their files are below {@code target/bench}. */
final class Stage implements AutoCloseable {
    private final Path home = Path.of("").toAbsolutePath();
    private final Path folder = home.resolve("target/bench");
    private final List<Subject> running = new ArrayList<>();
    private final Optional<Nginx> nginx = Nginx.in(folder);
    private final Gateways gateways = new Gateways(home, folder);
    private final Subject mock;
    private final int mockPort;
    private final int fastPort;

    Stage() throws Exception {
        Files.createDirectories(folder);
        Cores.pinThisProcess();
        mock = running(Subject.start(Cores.LOAD, folder.resolve("mock.log"), true, Map.of(), mockCommand("512m")));
        mockPort = Integer.parseInt(mock.firstLine());
        fastPort = nginx.isPresent() ? freePort() : mockPort;
        if (nginx.isPresent()) {
            awaitPort(fastPort, running(nginx.get().modelServer(fastPort)));
        }
    }

    /** Model server and port to ask it what it saw. */
    Target direct() {
        return new Target(Target.DIRECT, mockPort, Map.of(), Target.Saturable.AS_EVER, null);
    }

    Subject modelServer() {
        return mock;
    }

    Optional<String> nginxVersion() throws Exception {
        return nginx.isPresent() ? Optional.of(nginx.get().version()) : Optional.empty();
    }

    /** Empty where nginx is not installed. */
    Optional<Target> nginx() throws Exception {
        if (nginx.isEmpty()) {
            return Optional.empty();
        }
        var port = freePort();
        var process = running(nginx.get().proxy(port, mockPort, fastPort));
        awaitPort(port, process);
        var saturable = new Target.Saturable("/fast" + Target.PATH, Target.PLAIN);
        return Optional.of(new Target(Target.NGINX, port, Map.of(), saturable, process));
    }

    Gateways.Started gateway() throws Exception {
        return gateway(Target.FOREBAY, "auto");
    }

    Gateways.Started gateway(String name, String transport) throws Exception {
        return kept(gateways.start(new Gateways.Settings(name, freePort(), mockPort, fastPort, transport)));
    }

    /** With a configuration of its own, see {@link Gateways}. */
    Gateways.Started gatewayOf(String name, String configuration) throws Exception {
        return kept(gateways.start(new Gateways.Settings(name, freePort(), mockPort, fastPort, "auto"), configuration));
    }

    private Gateways.Started kept(Gateways.Started started) {
        if (started.target().process() != null) {
            running(started.target().process());
        }
        return started;
    }

    Target peer(Peers peers, String name) throws Exception {
        var port = freePort();
        var process = running(peers.start(name, port, mockPort));
        awaitPort(port, process);
        return new Target(name, port, Peers.headers(name, mockPort), Target.Saturable.AS_EVER, process);
    }

    /** Lets the launcher record the JVM's cache if it has none that fits. */
    void recordCache() throws Exception {
        var gateway = gateway().target();
        gateways.awaitCache(gateway);
        close(gateway);
    }

    void close(Target target) {
        var process = target.process();
        if (process != null) {
            process.close();
            running.remove(process);
        }
    }

    @Override
    public void close() {
        running.reversed().forEach(Subject::close);
    }

    /** Of the model server, with room for so many requests. */
    static List<String> mockCommand(String heap, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MockModel.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Subject running(Subject process) {
        running.add(process);
        return process;
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitPort(int port, Subject process) throws Exception {
        process.await(() -> {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }
}
