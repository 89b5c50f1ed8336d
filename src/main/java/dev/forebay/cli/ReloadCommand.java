package dev.forebay.cli;

import dev.forebay.cli.Printed.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forebay config reload}: has the running gateway read its files again. */
@Command(
        name = "reload",
        description = "Have the running gateway read its configuration again; what is wrong changes nothing.",
        mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
    private static final List<Column> CHANGES =
            List.of(Column.of("SETTING", "path"), Column.of("BEFORE", "before"), Column.of("AFTER", "after"));

    @Mixin
    private final Connection connection;

    @Option(names = "--dry-run", description = "Only tell what would change.")
    private boolean dryRun;

    ReloadCommand(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Integer call() {
        return dryRun
                ? connection.show("/config/changes", answer -> tell(answer, "would change"))
                : connection.act("/config/reload", "", answer -> tell(answer, "changed"));
    }

    private static void tell(Printed answer, String what) {
        var changes = answer.json().path("changes");
        if (changes.isEmpty()) {
            answer.line("nothing " + what);
            return;
        }
        answer.rows(changes, CHANGES);
        var restart = answer.json().path("restart_needed");
        if (!restart.isEmpty()) {
            answer.line("");
            answer.line("With the next start only: " + Printed.joined(restart, path -> path.asText()));
        }
    }
}
