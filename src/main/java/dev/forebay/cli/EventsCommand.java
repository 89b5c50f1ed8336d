package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code forebay events}: follows what changes, a line each. */
@Command(
        name = "events",
        description = "Follow what changes until Ctrl-C: everything first, then each change.",
        mixinStandardHelpOptions = true)
final class EventsCommand implements Callable<Integer> {
    private static final int EVENT_BYTES_MAX = 64 * 1024 * 1024;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Mixin
    private final Connection connection;

    EventsCommand(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Integer call() {
        try (var client = connection.open();
                var events = client.stream("/events")) {
            var scanner = new EventScanner(EVENT_BYTES_MAX);
            var chunk = new byte[16 * 1024];
            for (int count; (count = events.read(chunk)) >= 0; ) {
                scanner.feed(chunk, 0, count, this::print);
            }
        } catch (IOException e) {
            throw Failure.of("the stream broke: " + e.getMessage());
        }
        spec.commandLine().getErr().println("forebay: the gateway has ended the stream");
        return 0;
    }

    private void print(Frame frame) {
        if (!frame.hasData()) {
            return;
        }
        var out = connection.out();
        if (connection.isJson()) {
            out.println(frame.text());
        } else {
            line(frame);
        }
        out.flush();
    }

    private void line(Frame frame) {
        JsonNode event;
        try {
            event = Client.parsed(frame.data());
        } catch (IOException e) {
            throw Failure.of("an event of the gateway cannot be read: " + e.getMessage());
        }
        if (event.path("type").asText().equals("snapshot")) {
            event.path("deployments").forEach(this::deployment);
            event.path("nodepools").forEach(this::nodepool);
            event.path("replicas").forEach(this::replica);
            return;
        }
        switch (event.path("type").asText()) {
            case "deployment" -> deployment(event.path("deployment"));
            case "nodepool" -> nodepool(event.path("nodepool"));
            case "replica" -> replica(event.path("replica"));
            case "decision" -> decision(event);
            default ->
                connection
                        .out()
                        .println(event.path("type").asText().replace('_', ' ') + " "
                                + event.path("id").asText(event.path("reason").asText()));
        }
    }

    private void deployment(JsonNode row) {
        connection
                .out()
                .println("deployment " + row.path("id").asText() + ": "
                        + row.path("queued").asText()
                        + " queued, the oldest for " + Printed.span(row.path("oldest_age_ms")) + "; "
                        + Printed.joined(
                                row.path("nodepools"),
                                place -> place.path("nodepool").asText() + " "
                                        + place.path("state").asText() + ", "
                                        + place.path("in_flight").asText() + " in flight, share "
                                        + Printed.percent(place.path("share"))));
    }

    private void nodepool(JsonNode row) {
        var marks = row.path("draining").asBoolean()
                ? ", draining"
                : row.path("cordoned").asBoolean() ? ", cordoned" : "";
        connection
                .out()
                .println("nodepool " + row.path("id").asText() + ": replicas " + row.path("replicas")
                        + " of " + row.path("desired_replicas").asText() + ", "
                        + row.path("in_flight").asText() + " in flight" + marks);
    }

    private void replica(JsonNode row) {
        connection
                .out()
                .println("replica " + row.path("id").asText() + ": "
                        + row.path("state").asText() + ", "
                        + row.path("in_flight").asText() + " in flight"
                        + (row.has("reason") ? "; " + row.path("reason").asText() : ""));
    }

    private void decision(JsonNode event) {
        var decision = event.path("decision");
        connection
                .out()
                .println("decision " + event.path("deployment").asText() + ": "
                        + decision.path("nodepool").asText() + " "
                        + decision.path("what").asText() + ", because "
                        + decision.path("why").asText());
    }
}
