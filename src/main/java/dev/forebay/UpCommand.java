package dev.forebay;

import dev.forebay.telemetry.Logs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forebay up}: starts the gateway and stays until it is told to end. */
@Command(name = "up", description = "Start the gateway.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /** Names the file that is to hold our pid while the gateway accepts requests. */
    private static final String READY_FILE = "FOREBAY_READY_FILE";

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration; config/forebay.yaml by default.")
    private @Nullable Path file;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Instead of server.host; 0.0.0.0 is every address.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Instead of server.port; 0 takes a free one.")
    private @Nullable Integer port;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Instead of data.")
    private @Nullable Path data;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    static Path file(@Nullable Path named, Surroundings surroundings) {
        return named != null ? named : surroundings.home().resolve("config/forebay.yaml");
    }

    @Override
    public Integer call() throws InterruptedException {
        var signals = new LinkedBlockingQueue<String>();
        ProcessSignals.handle(signals::add);
        var surroundings = Surroundings.ofThisProcess();
        var configuration = configuration(surroundings);
        var gateway = Gateway.start(configuration, surroundings);
        var out = spec.commandLine().getOut();
        new Banner(gateway, configuration).print(out);
        var readyFile = ReadyFile.write(surroundings.environment().get(READY_FILE));
        try {
            end(gateway, configuration, signals, out);
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
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
        return data == null ? configuration : configuration.withData(data.toAbsolutePath());
    }

    /** At a terminal a few seconds, elsewhere as long as the configuration says; a second signal ends it at once. */
    private static void end(
            Gateway gateway, Configuration configuration, LinkedBlockingQueue<String> signals, PrintWriter out)
            throws InterruptedException {
        var settings = configuration.shutdown();
        var atTerminal = !signals.take().equals("TERM");
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
                gateway.hurry();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        closing.join();
    }
}
