package dev.forebay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.cli.Verbs;
import dev.forebay.routing.Overridden;
import dev.forebay.store.DataDirectory;
import dev.forebay.store.DataDirectoryInUse;
import dev.forebay.store.Database;
import dev.forebay.store.SqlOverrides;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What operators have set against a configuration: as the gateway says that runs over its data, else as its database does. */
final class ShownOverrides {
    private ShownOverrides() {}

    static void print(Path data, PrintWriter out) {
        var lines = lines(data);
        if (!lines.isEmpty()) {
            out.println();
            out.println("Set by operators, and holding until reset:");
            lines.forEach(out::println);
        }
    }

    private static List<String> lines(Path data) {
        if (!Files.exists(data.resolve("forebay.db"))) {
            return List.of();
        }
        try (var locked = DataDirectory.open(data);
                var database = Database.open(locked.resolve("forebay.db"))) {
            return new SqlOverrides(database)
                    .all().stream().map(ShownOverrides::line).toList();
        } catch (DataDirectoryInUse e) {
            return Verbs.overrides(data).orElse(List.of()).stream()
                    .map(ShownOverrides::line)
                    .toList();
        }
    }

    private static String line(Overridden override) {
        return line(
                override.subject().word(),
                override.id(),
                override.setting(),
                override.value(),
                override.at().toString(),
                override.by());
    }

    private static String line(JsonNode override) {
        return line(
                override.path("subject").asText(),
                override.path("id").asText(),
                override.path("setting").asText(),
                override.path("value").asText(),
                override.path("at").asText(),
                override.path("by").asText());
    }

    private static String line(String subject, String id, String setting, String value, String at, String by) {
        return subject + " " + id + ": " + setting + " = " + value + " (at " + at + ", by key " + by + ")";
    }
}
