package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.cli.Printed.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code forebay route}: where requests would go. */
@Command(
        name = "route",
        description = "Explain where the next request goes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class RouteCommand {
    private static final List<Column> WHY = List.of(
            Column.of("NODEPOOL", "nodepool"),
            Column.of("STATE", "state"),
            new Column("FREE", row -> row.path("free_slots").asText("unlimited")),
            Column.of("WHY", "why"));
    private static final List<Column> RULE = List.of(
            Column.of("NODEPOOL", "nodepool"),
            new Column(
                    "FULLY LOADED", row -> row.path("load").path("fully_loaded").asBoolean() ? "yes" : "no"),
            new Column("AT LIMIT", row -> row.path("at_limit").asBoolean() ? "yes" : "no"),
            new Column("QUEUE AGE", row -> ">= " + Printed.span(row.path("load").path("queue_age_threshold_ms"))),
            new Column(
                    "QUEUED",
                    row -> ">= "
                            + row.path("load").path("queue_amount_threshold").asText()),
            new Column("ETA GATE", RouteCommand::gate));

    @Command(description = "Where the model's next request would go, and why.")
    int explain(
            @Mixin Connection connection,
            @Parameters(paramLabel = "MODEL", description = "By any name that clients may call it.") String model) {
        var query = Connection.encoded(model).replace("/", "%2F");
        return connection.show("/route/explain?model=" + query, RouteCommand::explained);
    }

    private static void explained(Printed answer) {
        var json = answer.json();
        answer.line(json.path("model").asText() + ": " + json.path("outcome").asText() + " ("
                + json.path("queued").asText() + " queued, the oldest for " + Printed.span(json.path("oldest_age_ms"))
                + ")");
        answer.line("");
        answer.rows(json.path("nodepools"), WHY);
        answer.line("");
        answer.rows(json.path("nodepools"), RULE);
    }

    private static String gate(JsonNode row) {
        var gate = row.path("eta_gate");
        if (!gate.path("on").asBoolean()) {
            return "off";
        }
        if (gate.has("held_until")) {
            return "holds until " + gate.path("held_until").asText();
        }
        return gate.has("cold_start_ms")
                ? "cold start " + Printed.span(gate.path("cold_start_ms"))
                : "cold start not known";
    }
}
