package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * What the gateway answered, and where people read of it.
 *
 * @param json a list has its rows in {@code data}
 */
record Printed(JsonNode json, PrintWriter out) {
    /** @param cell what stands there for a row */
    record Column(String title, Function<JsonNode, String> cell) {
        static Column of(String title, String member) {
            return new Column(title, row -> row.path(member).asText(""));
        }
    }

    void rows(Iterable<JsonNode> rows, List<Column> columns) {
        var table = new Table(columns.stream().map(Column::title).toList());
        for (var row : rows) {
            table.add(columns.stream().map(column -> column.cell.apply(row)).toList());
        }
        table.print(out);
    }

    /** The rows of a list, or the one that was answered. */
    Iterable<JsonNode> data() {
        return json.has("data") ? json.path("data") : List.of(json);
    }

    void line(String text) {
        out.println(text);
    }

    static String joined(JsonNode array, Function<JsonNode, String> each) {
        var parts = new ArrayList<String>();
        StreamSupport.stream(array.spliterator(), false).map(each).forEach(parts::add);
        return String.join(", ", parts);
    }

    /** A span that people read at a glance. */
    static String span(JsonNode millis) {
        var ms = millis.asLong();
        if (ms < 1000) {
            return ms + "ms";
        }
        return ms < 100_000 ? Math.round(ms / 100.0) / 10.0 + "s" : ms / 60_000 + "m" + ms / 1000 % 60 + "s";
    }

    static String percent(JsonNode share) {
        return Math.round(share.asDouble() * 1000) / 10.0 + "%";
    }
}
