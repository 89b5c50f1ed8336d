package dev.forebay.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
            return launch.lasting().isPresent()
                    ? startLasting(builder, launch, launch.lasting().get().output())
                    : start(builder, launch);
        } catch (IOException e) {
            throw new CommandMissing(launch.name() + ": cannot start \"" + program + "\": " + e.getMessage(), path());
        }
    }

    private ChildProcess start(ProcessBuilder builder, Launch launch) throws IOException {
        var process = builder.start();
        var output = launch.pipes() ? process.getErrorStream() : process.getInputStream();
        return ChildProcess.started(process, launch, output, orphans);
    }

    private ChildProcess startLasting(ProcessBuilder builder, Launch launch, Path output) throws IOException {
        Files.createDirectories(output.toAbsolutePath().getParent());
        var from = Files.exists(output) ? Files.size(output) : 0;
        var process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        try {
            return ChildProcess.started(
                    process, launch, new FollowedFile(output, from, () -> !process.isAlive()), orphans);
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Notes of children of an earlier process of ours that run still and that nobody has taken over. */
    public List<String> left() {
        return orphans == null ? List.of() : orphans.notes();
    }

    /** Ends those of them that {@code unwanted} tells by their notes, and returns their names. */
    public List<String> endLeft(Predicate<String> unwanted) {
        return orphans == null ? List.of() : orphans.end(unwanted);
    }

    /** Takes over what an earlier process of ours started by the same lasting launch, if it runs still. */
    public Optional<ChildProcess> adopt(Launch launch) {
        if (orphans == null) {
            return Optional.empty();
        }
        var noting = orphans;
        return noting.takeOver(launch.note()).flatMap(process -> {
            try {
                return Optional.of(ChildProcess.adopted(process, launch, noting));
            } catch (IOException e) {
                Signals.toGroup(process.pid(), "KILL");
                noting.ended(process.pid());
                throw new UncheckedIOException("cannot read what " + launch.name() + " writes", e);
            }
        });
    }

    /** The file of a program, by name on the path or by path; empty if there is none. */
    public Optional<Path> program(String name, Path directory) {
        return Optional.ofNullable(find(name, directory));
    }

    /** Whether a child can be ended with everything that it starts: there is a program here that gives it a session. */
    public boolean startsSessions() {
        return !sessionPrefix.isEmpty();
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
