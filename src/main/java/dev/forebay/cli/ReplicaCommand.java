package dev.forebay.cli;

import dev.forebay.cli.Printed.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code forebay replica}: single servers. */
@Command(
        name = "replica",
        description = "See replicas, keep requests from one, replace one.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class ReplicaCommand {
    private static final String PATH = "/replicas";
    private static final List<Column> COLUMNS = List.of(
            Column.of("REPLICA", "id"),
            Column.of("STATE", "state"),
            Column.of("SINCE", "since"),
            Column.of("IN FLIGHT", "in_flight"),
            new Column(
                    "LIMIT",
                    row -> row.path("limit").asInt() == 0
                            ? "none"
                            : row.path("limit").asText()),
            Column.of("ENDPOINT", "endpoint"),
            Column.of("REASON", "reason"));

    @Command(aliases = "ls", description = "Every replica.")
    int list(@Mixin Connection connection) {
        return connection.show(PATH, ReplicaCommand::table);
    }

    @Command(description = "One replica.")
    int get(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.show(path(id, ""), ReplicaCommand::table);
    }

    @Command(description = "No request goes there until it is uncordoned or stops.")
    int cordon(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/cordon"), "", ReplicaCommand::table);
    }

    @Command(description = "Let requests in again.")
    int uncordon(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/uncordon"), "", ReplicaCommand::table);
    }

    @Command(description = "Stop it once it serves nobody, and replace it if it is still wanted.")
    int drain(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/drain"), "", ReplicaCommand::table);
    }

    private static String path(String id, String action) {
        return PATH + "/" + Connection.encoded(id) + action;
    }

    private static void table(Printed answer) {
        answer.rows(answer.data(), COLUMNS);
    }
}
