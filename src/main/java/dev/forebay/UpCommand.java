package dev.forebay;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay up}, for help and for arguments that {@link Up#plainly} leaves alone. */
@Command(name = "up", description = "Start the gateway.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
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

    @Override
    public Integer call() throws InterruptedException {
        return new Up(file, host, port, data).run(spec.commandLine().getOut());
    }
}
