package dev.forebay.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param name how messages call it
 * @param command program and arguments; never passed through a shell
 * @param environment added to the few variables that every child gets
 * @param pipes true if the caller speaks over standard input and output; then only standard error goes to the log
 */
public record Launch(
        String name, List<String> command, Map<String, String> environment, Path directory, boolean pipes) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command: need a program, got nothing");
        }
    }
}
