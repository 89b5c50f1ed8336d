package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UpTest {
    @Test
    void readsEveryOptionThatHelpKnows() {
        var names = new TreeSet<>(Main.commandLine()
                .getSubcommands()
                .get("up")
                .getCommandSpec()
                .optionsMap()
                .keySet());
        names.removeAll(Set.of("-h", "--help", "-V", "--version"));
        assertEquals(Set.of("--config", "--host", "--port", "--data"), names);
        assertTrue(Up.plainly("up").isPresent());
        assertTrue(Up.plainly("up", "--port", "8081", "--host", "::1", "--config", "a b.yaml", "--data", "d")
                .isPresent());
    }

    @Test
    void leavesToPicocliWhatIsNotPlain() {
        for (var arguments : List.of(
                "",
                "demo",
                "up --help",
                "up --port",
                "up --port x",
                "up --port=1",
                "up --port 1 --port 2",
                "up --host @f")) {
            assertEquals(Optional.empty(), Up.plainly(arguments.split(" ")), arguments);
        }
    }
}
