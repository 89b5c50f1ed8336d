package dev.forebay;

import dev.forebay.config.Binding;
import dev.forebay.config.Shown;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay config}: looks at configuration files, and has a running gateway read them again. */
@Command(
        name = "config",
        description = "Check or show the configuration, list every key, or reload it.",
        mixinStandardHelpOptions = true)
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
        var servers = Loaded.of(configuration, surroundings).servers();
        spec.commandLine().getOut().println(summary(path, configuration, servers.size()));
        return 0;
    }

    @Command(description = "Show every key with the value that holds, and what operators have set against it.")
    int show(
            @Option(names = "--config", paramLabel = "FILE", description = "The file; config/forebay.yaml by default.")
                    @Nullable
                    Path file,
            @Option(names = "--data", paramLabel = "FOLDER", description = "Instead of data.") @Nullable Path data) {
        var surroundings = Surroundings.ofThisProcess();
        var configuration = Configuration.read(Up.file(file, surroundings), surroundings.environment());
        if (data != null) {
            configuration = configuration.withData(data.toAbsolutePath());
        }
        var out = spec.commandLine().getOut();
        Shown.of(configuration).texts().forEach((key, value) -> out.println(key + " = " + value));
        ShownOverrides.print(configuration.data(), out);
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
