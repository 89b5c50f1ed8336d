package dev.forebay.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to start.
 *
 * @param name how messages call it
 * @param command program and arguments; never passed through a shell
 * @param environment added to the few variables that every child gets
 * @param pipes true if the caller speaks over standard input and output; then only standard error goes to the log
 * @param lasting for a child that may live on when this process is killed, and be taken over by the next one
 */
public record Launch(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path directory,
        boolean pipes,
        Optional<Lasting> lasting) {
    /**
     * @param output where it writes: a pipe would break with our end of it. Moved aside when it grows large
     * @param note without blanks, noted with the child for the next process
     */
    public record Lasting(Path output, String note) {
        public Lasting {
            if (note.isEmpty() || note.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException("note: need a word without blanks, got \"" + note + "\"");
            }
        }
    }

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command: need a program, got nothing");
        }
        if (pipes && lasting.isPresent()) {
            throw new IllegalArgumentException("lasting: a child that is spoken with over pipes ends with us");
        }
    }

    /** One whose output comes by a pipe. */
    public Launch(String name, List<String> command, Map<String, String> environment, Path directory, boolean pipes) {
        this(name, command, environment, directory, pipes, Optional.empty());
    }

    /** How it is noted. */
    String note() {
        return lasting.map(Lasting::note).orElse(Orphans.NO_NOTE);
    }
}
