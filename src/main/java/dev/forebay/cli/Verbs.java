package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** The verbs of this package, for the program's command line. */
public final class Verbs implements CommandLine.IFactory {
    private final Map<String, String> environment;
    private final Path home;

    /** @param home the folder that holds {@code config/} and, by default, {@code data/} */
    public Verbs(Map<String, String> environment, Path home) {
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    public void addTo(CommandLine program) {
        program.addSubcommand(new CommandLine(new DeploymentCommand(), this));
        program.addSubcommand(new CommandLine(new NodepoolCommand(), this));
        program.addSubcommand(new CommandLine(new ReplicaCommand(), this));
        program.addSubcommand(new CommandLine(new RouteCommand(), this));
        program.addSubcommand(new CommandLine(new EventsCommand(connection()), this));
        var config = program.getSubcommands().get("config");
        if (config != null) {
            config.addSubcommand(new CommandLine(new ReloadCommand(connection()), this));
        }
    }

    /**
     * What operators have set, of the gateway that runs over this folder; empty if none does.
     *
     * @throws Failure if it does not answer
     */
    public static Optional<List<JsonNode>> overrides(Path data) {
        if (!Address.isAnnounced(data)) {
            return Optional.empty();
        }
        try (var client = new Client(Address.find(Optional.empty(), Optional.empty(), data, Map.of()))) {
            var rows = new ArrayList<JsonNode>();
            client.get("/overrides").path("data").forEach(rows::add);
            return Optional.of(rows);
        }
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        return type == Connection.class
                ? type.cast(connection())
                : CommandLine.defaultFactory().create(type);
    }

    private Connection connection() {
        return new Connection(environment, home);
    }
}
