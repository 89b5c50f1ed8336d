package dev.forebay.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Starts children: each in a session of its own, with an environment that holds nothing it has not been given. */
public final class Processes {
    private static final Set<String> INHERITED =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "LOGNAME", "SHELL");

    private final Map<String, String> environment;
    private final @Nullable Orphans orphans;
    private final List<String> sessionPrefix;

    /**
     * @param environment this process's own, from which children get the few variables that are harmless
     * @param orphans where running children are noted, so that the next start can end those that outlived us; may be null
     */
    public Processes(Map<String, String> environment, @Nullable Orphans orphans) {
        this.environment = Map.copyOf(environment);
        this.orphans = orphans;
        this.sessionPrefix = sessionPrefix();
    }

    /** @throws CommandMissing if the program is not on the path; the message says what to do */
    public ChildProcess start(Launch launch) {
        var program = launch.command().getFirst();
        if (find(program, launch.directory()) == null) {
            throw new CommandMissing(
                    launch.name() + ": there is no program \"" + program
                            + "\" on the PATH; install it or give its full path",
                    path());
        }
        var command = new ArrayList<>(sessionPrefix);
        command.addAll(launch.command());
        var builder = new ProcessBuilder(command).directory(launch.directory().toFile());
        var own = builder.environment();
        own.clear();
        own.putAll(childEnvironment(launch));
        if (!launch.pipes()) {
            builder.redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        }
        try {
            return ChildProcess.of(builder.start(), launch, orphans);
        } catch (IOException e) {
            throw new CommandMissing(launch.name() + ": cannot start \"" + program + "\": " + e.getMessage(), path());
        }
    }

    private String path() {
        return environment.getOrDefault("PATH", "");
    }

    private Map<String, String> childEnvironment(Launch launch) {
        var child = new HashMap<String, String>();
        environment.forEach((name, value) -> {
            if (INHERITED.contains(name)) {
                child.put(name, value);
            }
        });
        child.putAll(launch.environment());
        return child;
    }

    /** The program's file, or null. */
    private @Nullable Path find(String program, Path directory) {
        if (program.contains("/")) {
            var file = directory.resolve(program);
            return Files.isExecutable(file) ? file : null;
        }
        for (var folder : path().split(File.pathSeparator, -1)) {
            var file = Path.of(folder.isEmpty() ? "." : folder, program);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file;
            }
        }
        return null;
    }

    /** Both exec what follows, so that the pid we hold is the child's own and leads its group. */
    private List<String> sessionPrefix() {
        var here = Path.of(".");
        if (find("setsid", here) != null) {
            return List.of("setsid");
        }
        return find("perl", here) == null ? List.of() : List.of("perl", "-MPOSIX", "-e", "setsid; exec @ARGV");
    }
}
