package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.cli.Printed.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay deployment}: models and where they run. */
@Command(
        name = "deployment",
        aliases = "dp",
        description = "See deployments, scale them, take them out of service.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DeploymentCommand {
    private static final String PATH = "/deployments";
    private static final List<Column> ALL = List.of(
            Column.of("DEPLOYMENT", "id"),
            new Column("STATE", row -> row.path("enabled").asBoolean() ? "enabled" : "disabled"),
            Column.of("QUEUED", "queued"),
            new Column("OLDEST", row -> Printed.span(row.path("oldest_age_ms"))),
            Column.of("REQ/S", "requests_per_second"),
            new Column("NODEPOOLS", row -> Printed.joined(row.path("nodepools"), DeploymentCommand::brief)));
    private static final List<Column> PLACES = List.of(
            Column.of("NODEPOOL", "nodepool"),
            Column.of("STATE", "state"),
            new Column("OPEN", row -> row.path("open").asBoolean() ? "yes" : "no"),
            Column.of("READY", "ready_replicas"),
            Column.of("STARTING", "starting_replicas"),
            new Column("DESIRED", DeploymentCommand::desired),
            Column.of("MAX", "max_replicas"),
            Column.of("IN FLIGHT", "in_flight"),
            new Column("SHARE", row -> Printed.percent(row.path("share"))));
    private static final List<Column> DECISIONS = List.of(
            Column.of("AT", "at"),
            Column.of("NODEPOOL", "nodepool"),
            Column.of("WHAT", "what"),
            Column.of("WHY", "why"));

    @Command(aliases = "ls", description = "Every deployment, with its queue and its nodepools.")
    int list(@Mixin Connection connection) {
        return connection.show(PATH, answer -> answer.rows(answer.data(), ALL));
    }

    @Command(aliases = "status", description = "One deployment: its nodepools, and what was decided about them last.")
    int get(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.show(path(id, ""), DeploymentCommand::whole);
    }

    @Command(description = "Fix the number of replicas in a nodepool, whatever the load, until reset.")
    int scale(
            @Mixin Connection connection,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--nodepool", required = true, paramLabel = "ID", description = "One of the deployment's.")
                    String nodepool,
            @Option(names = "--replicas", required = true, paramLabel = "N", description = "From 0 to max_replicas.")
                    int replicas) {
        var body =
                JsonNodeFactory.instance.objectNode().put("nodepool", nodepool).put("replicas", replicas);
        return connection.act(path(id, "/scale"), body.toString(), DeploymentCommand::whole);
    }

    @Command(description = "Refuse every request and keep no replica, until enabled or reset.")
    int disable(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/disable"), "", DeploymentCommand::whole);
    }

    @Command(description = "Take requests again.")
    int enable(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/enable"), "", DeploymentCommand::whole);
    }

    @Command(description = "Go back to what the configuration says.")
    int reset(@Mixin Connection connection, @Parameters(paramLabel = "ID") String id) {
        return connection.act(path(id, "/reset"), "", DeploymentCommand::whole);
    }

    private static String path(String id, String action) {
        return PATH + "/" + Connection.encoded(id) + action;
    }

    private static void whole(Printed answer) {
        answer.rows(answer.data(), ALL.subList(0, ALL.size() - 1));
        answer.line("");
        answer.rows(answer.json().path("nodepools"), PLACES);
        if (!answer.json().path("decisions").isEmpty()) {
            answer.line("");
            answer.rows(answer.json().path("decisions"), DECISIONS);
        }
    }

    /** The one that an operator has fixed is marked. */
    private static String desired(JsonNode place) {
        return place.path("desired_replicas").asText() + (place.has("fixed_replicas") ? " (fixed)" : "");
    }

    private static String brief(JsonNode place) {
        return place.path("nodepool").asText() + " " + place.path("state").asText() + " "
                + place.path("ready_replicas").asText() + "/"
                + place.path("desired_replicas").asText();
    }
}
