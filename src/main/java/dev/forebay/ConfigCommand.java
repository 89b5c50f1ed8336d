package dev.forebay;

import dev.forebay.config.Binding;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay config}: looks at configuration files without starting anything. */
@Command(name = "config", description = "Check the configuration, or list every key.", mixinStandardHelpOptions = true)
final class ConfigCommand {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Command(description = "Check the file and the folder of MCP servers; exit 2 if something is wrong.")
    int check(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            description = "The file to check; config/forebay.yaml by default.")
                    @Nullable
                    Path file) {
        var surroundings = Surroundings.ofThisProcess();
        var path = Up.file(file, surroundings);
        var configuration = Configuration.read(path, surroundings.environment());
        var servers = Gateway.servers(configuration, surroundings);
        spec.commandLine().getOut().println(summary(path, configuration, servers.size()));
        return 0;
    }

    static String summary(Path file, Configuration configuration, int servers) {
        return file + ": good; " + configuration.models().size() + " models, "
                + configuration.nodepools().size() + " nodepools, " + servers + " MCP servers";
    }

    @Command(description = "List every key of the file with its default.")
    int keys() {
        for (Map.Entry<String, Optional<String>> key :
                Binding.keys(Configuration.class).entrySet()) {
            spec.commandLine()
                    .getOut()
                    .println(key.getKey() + key.getValue().map(v -> " = " + v).orElse(""));
        }
        return 0;
    }
}
