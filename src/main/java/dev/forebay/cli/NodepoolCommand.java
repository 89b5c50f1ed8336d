package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.cli.Printed.Column;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code forebay nodepool}: where replicas run, for all deployments together. */
@Command(
        name = "nodepool",
        aliases = "np",
        description = "See nodepools, and keep requests from them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class NodepoolCommand {
    private static final String PATH = "/nodepools";
    private static final List<Column> COLUMNS = List.of(
            Column.of("NODEPOOL", "id"),
            Column.of("PROVIDER", "provider"),
            new Column("REQUESTS", NodepoolCommand::admission),
            new Column("REPLICAS", NodepoolCommand::replicas),
            Column.of("DESIRED", "desired_replicas"),
            new Column("SLOTS", row -> row.path("capacity").asText("unlimited")),
            Column.of("IN FLIGHT", "in_flight"),
            new Column("COLD START", NodepoolCommand::coldStart),
            new Column("DEPLOYMENTS", row -> Printed.joined(row.path("deployments"), JsonNode::asText)));

    @Command(aliases = "ls", description = "Every nodepool.")
    int list(@Mixin Connection connection) {
        return connection.show(PATH, NodepoolCommand::table);
    }

    @Command(description = "One nodepool.")
    int get(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.show(path(id, ""), NodepoolCommand::table);
    }

    @Command(description = "No request goes there until uncordoned; what it could take goes to the next nodepool.")
    int cordon(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/cordon"), "", NodepoolCommand::table);
    }

    @Command(description = "Let requests in again.")
    int uncordon(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/uncordon"), "", NodepoolCommand::table);
    }

    @Command(description = "Cordon it, and stop each replica once it serves nobody.")
    int drain(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/drain"), "", NodepoolCommand::table);
    }

    private static String path(String id, String action) {
        return PATH + "/" + Connection.encoded(id) + action;
    }

    private static void table(Printed answer) {
        answer.rows(answer.data(), COLUMNS);
    }

    private static String admission(JsonNode row) {
        if (row.path("draining").asBoolean()) {
            return "draining";
        }
        return row.path("cordoned").asBoolean() ? "cordoned" : "yes";
    }

    private static String replicas(JsonNode row) {
        return row.path("replicas").properties().stream()
                .map(state -> state.getValue().asText() + " " + state.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String coldStart(JsonNode row) {
        var median = row.path("cold_start").path("median_ms");
        return median.isMissingNode()
                ? ""
                : Printed.span(median) + " (of "
                        + row.path("cold_start").path("measured").asText() + ")";
    }
}
