package dev.forebay;

import dev.forebay.telemetry.Logs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Starts the gateway and stays until it is told to end. */
final class Up {
    /** Names the file that is to hold our pid while the gateway accepts requests. */
    private static final String READY_FILE = "FOREBAY_READY_FILE";

    private final @Nullable Path file;
    private final @Nullable String host;
    private final @Nullable Integer port;
    private final @Nullable Path data;

    Up(@Nullable Path file, @Nullable String host, @Nullable Integer port, @Nullable Path data) {
        this.file = file;
        this.host = host;
        this.port = port;
        this.data = data;
    }

    /**
     * Reads the usual {@code up --name value ...} without picocli, whose classes are of a version that no AOT cache takes:
     * loading them is a fifth of a second start. Empty for whatever is not that plain; picocli then has the word, and what
     * it makes of the same arguments must be the same.
     */
    static Optional<Up> plainly(String... arguments) {
        if (arguments.length % 2 == 0 || !arguments[0].equals("up")) {
            return Optional.empty();
        }
        var values = new HashMap<String, String>();
        for (var i = 1; i < arguments.length; i += 2) {
            var value = arguments[i + 1];
            if (value.isEmpty() || "-@".indexOf(value.charAt(0)) >= 0 || values.put(arguments[i], value) != null) {
                return Optional.empty();
            }
        }
        return of(values);
    }

    private static Optional<Up> of(Map<String, String> values) {
        var file = values.remove("--config");
        var host = values.remove("--host");
        var port = values.remove("--port");
        var data = values.remove("--data");
        try {
            return values.isEmpty()
                    ? Optional.of(new Up(path(file), host, port == null ? null : Integer.valueOf(port), path(data)))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    static Path file(@Nullable Path named, Surroundings surroundings) {
        return named != null ? named : surroundings.home().resolve("config/forebay.yaml");
    }

    int run(PrintWriter out) throws InterruptedException {
        var signals = new LinkedBlockingQueue<String>();
        ProcessSignals.handle(signals::add);
        var terminal = Terminal.ofThisProcess();
        var surroundings = Surroundings.ofThisProcess();
        var gateway = Gateway.start(() -> configuration(surroundings), surroundings);
        new Banner(gateway, gateway.configuration()).print(out);
        var readyFile = ReadyFile.write(surroundings.environment().get(READY_FILE));
        try {
            end(gateway, ending(gateway, terminal, signals), signals, out);
        } finally {
            readyFile.remove();
            Logs.flush();
        }
        return 0;
    }

    private Configuration configuration(Surroundings surroundings) {
        var configuration = Configuration.read(file(file, surroundings), surroundings.environment());
        try {
            if (host != null) {
                configuration = configuration.withHost(host);
            }
            if (port != null) {
                configuration = configuration.withPort(port);
            }
        } catch (IllegalArgumentException e) {
            throw StartFailure.ofArgument("--" + e.getMessage(), e);
        }
        return data == null ? configuration : configuration.withData(data.toAbsolutePath());
    }

    /** The first signal that ends the gateway; by SIGHUP it reads its configuration again, unless its terminal is gone. */
    private static String ending(Gateway gateway, Terminal terminal, LinkedBlockingQueue<String> signals)
            throws InterruptedException {
        while (true) {
            var signal = signals.take();
            if (!signal.equals("HUP") || terminal.isGone()) {
                return signal;
            }
            // On a thread of its own: a file that cannot be read for long must not keep the next signal from its turn.
            Thread.ofVirtual().name("reload").start(gateway.reloading()::reloadAndLog);
        }
    }

    /** At a terminal a few seconds, elsewhere as long as the configuration says; a second signal ends it at once. */
    private static void end(Gateway gateway, String signal, LinkedBlockingQueue<String> signals, PrintWriter out)
            throws InterruptedException {
        var settings = gateway.configuration().shutdown();
        var atTerminal = !signal.equals("TERM");
        var patience = Duration.ofSeconds(atTerminal ? settings.terminalSeconds() : settings.drainSeconds());
        if (gateway.activeRequests() > 0) {
            out.println("stopping: " + gateway.activeRequests() + " requests have up to " + patience.toSeconds()
                    + " s to end" + (atTerminal ? "; Ctrl-C again ends them now" : ""));
            out.flush();
        }
        var closing = Thread.ofPlatform().name("shutdown").start(() -> gateway.close(patience));
        Thread.ofPlatform().daemon().name("second signal").start(() -> {
            try {
                signals.take();
                gateway.fronts().hurry();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        closing.join();
    }
}
