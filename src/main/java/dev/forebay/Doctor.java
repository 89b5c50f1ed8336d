package dev.forebay;

import dev.forebay.config.ConfigException;
import dev.forebay.process.Processes;
import dev.forebay.store.DataDirectory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at this machine as a gateway would that is about to start. Starts and changes nothing. */
final class Doctor {
    private static final int JAVA_MIN = 25;

    /** What one client may need that opens connections freely; below that it is worth a word. */
    private static final int CONNECTIONS_FEW = 1000;

    /** @param paste what the configuration lacks for the engines */
    record Findings(List<Check> checks, List<FoundEngine> engines, Paste paste) {
        boolean isWell() {
            return checks.stream().noneMatch(check -> check.status() == Check.Status.FAILED);
        }
    }

    private final Path file;
    private final Surroundings out;
    private final List<Integer> ports;

    /** @param ports where to look for engines */
    Doctor(Path file, Surroundings out, List<Integer> ports) {
        this.file = file;
        this.out = out;
        this.ports = List.copyOf(ports);
    }

    Findings examine() throws InterruptedException {
        try (var client = LocalServer.directly()) {
            var checks = new ArrayList<Check>();
            checks.add(java());
            checks.add(sessions());
            checks.add(openFiles());
            var configuration = configuration(checks);
            if (configuration.isEmpty()) {
                var engines = new EngineSearch(client).at(ports);
                return new Findings(checks, engines, new Paste(engines));
            }
            var known = configuration.get();
            var gateway = running(known.data());
            var itself = gateway.flatMap(Running::port).orElse(0);
            var engines = new EngineSearch(client)
                    .at(ports.stream().filter(port -> !port.equals(itself)).toList());
            checks.add(data(known.data()));
            if (gateway.isPresent()) {
                checks.add(gateway.get().check(client));
            }
            checks.add(port(known, itself, engines));
            programs(known, checks);
            return new Findings(checks, engines, new Paste(known, engines));
        }
    }

    private static Check java() {
        var version = Runtime.version();
        var seen = version + ", " + System.getProperty("java.vendor") + ", in " + System.getProperty("java.home");
        return version.feature() >= JAVA_MIN
                ? Check.ok("java", seen)
                : Check.failed("java", seen + "; need " + JAVA_MIN + " or newer: set FOREBAY_JAVA_HOME to one");
    }

    private Check sessions() {
        return new Processes(out.environment(), null).startsSessions()
                ? Check.ok("sessions", "processes that are started can be ended with all that they start")
                : Check.note(
                        "sessions",
                        "neither setsid nor perl is on the PATH: what a started process starts itself may be left"
                                + " behind; install util-linux or perl");
    }

    private static Check openFiles() {
        var connections = OpenFiles.connectionsMax();
        var seen = "room for " + connections + " clients at once";
        return connections >= CONNECTIONS_FEW
                ? Check.ok("open files", seen)
                : Check.note("open files", seen + "; for more, raise the limit: ulimit -n 65536");
    }

    private Optional<Configuration> configuration(List<Check> checks) {
        try {
            var configuration = Configuration.read(file, out.environment());
            var servers = Loaded.of(configuration, out).servers();
            checks.add(Check.ok("configuration", ConfigCommand.summary(file, configuration, servers.size())));
            return Optional.of(configuration);
        } catch (ConfigException e) {
            checks.add(Check.failed("configuration", String.valueOf(e.getMessage())));
            checks.add(Check.note("data folder, port, programs", "not looked at before the configuration can be read"));
            return Optional.empty();
        }
    }

    private static Check data(Path folder) {
        var there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            return Check.failed(
                    "data folder",
                    there + " must be a folder that this user may write to; or name another with --data or data:");
        }
        return Check.ok(
                "data folder",
                there.equals(folder.toAbsolutePath()) ? folder.toString() : folder + ", is made at the start");
    }

    /** A gateway that runs over the data folder. */
    private record Running(DataDirectory.Owner owner) {
        Optional<Integer> port() {
            return owner.url().map(URI::getPort);
        }

        Check check(HttpClient client) throws InterruptedException {
            var who =
                    "pid " + owner.pid() + owner.url().map(url -> ", at " + url).orElse("");
            var answer = owner.url().isEmpty()
                    ? Optional.<LocalServer.Answer>empty()
                    : new LocalServer(client, owner.url().get()).get("/health/live");
            return answer.filter(live -> live.status() == 200).isPresent()
                    ? Check.note("gateway", "one runs on this data folder (" + who + "); a second one would not start")
                    : Check.failed(
                            "gateway",
                            "one has this data folder and does not answer (" + who + "); if that lasts, end it: kill "
                                    + owner.pid());
        }
    }

    private static Optional<Running> running(Path data) {
        return DataDirectory.Owner.of(data)
                .filter(owner -> ProcessHandle.of(owner.pid()).isPresent())
                .map(Running::new);
    }

    private static Check port(Configuration configuration, int itself, List<FoundEngine> engines) {
        var host = configuration.server().host();
        var port = configuration.server().port();
        if (port != 0 && port == itself) {
            return Check.ok("port", host + ":" + port + ", which that gateway has");
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return Check.ok("port", host + ":" + port);
        } catch (IOException e) {
            var who = engines.stream()
                    .filter(engine -> engine.port() == port)
                    .map(engine -> "; " + engine.name() + " listens there")
                    .findFirst()
                    .orElse("");
            return Check.failed(
                    "port",
                    "cannot listen at " + host + ":" + port + " (" + e.getMessage() + who
                            + "); choose another with --port or server.port, or end what listens there");
        }
    }

    /** Of nodepools whose processes are started here. */
    private void programs(Configuration configuration, List<Check> checks) {
        var processes = new Processes(out.environment(), null);
        for (var nodepool : configuration.nodepools()) {
            var program = nodepool.command().isEmpty()
                    ? "forebay"
                    : nodepool.command().getFirst();
            if (!program.equals("forebay")
                    && processes.program(program, configuration.data()).isEmpty()) {
                checks.add(Check.failed(
                        "program",
                        "nodepool " + nodepool.id() + ": there is no program \"" + program
                                + "\" on the PATH; install it or give its full path"));
            }
        }
    }
}
