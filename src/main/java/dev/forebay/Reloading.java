package dev.forebay;

import dev.forebay.config.ConfigException;
import dev.forebay.config.Problem;
import dev.forebay.config.Shown;
import dev.forebay.control.Reload;
import dev.forebay.control.ReloadObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again, and has the gateway go on by it if it is good; else all goes on as before. One at a time.
 */
final class Reloading implements Reload {
    private static final Logger log = LoggerFactory.getLogger(Reloading.class);

    /** Blocks of the file that are used as the gateway starts, and not looked at again. */
    private static final Set<String> AT_START = Set.of("data", "server", "limits", "continuations", "runs");

    private final Supplier<Loaded> source;
    private final Consumer<Loaded> effect;
    private final ReloadObserver observer;
    private final InstantSource clock;
    private volatile Loaded inEffect;

    /**
     * @param source reads it; throws {@link ConfigException}
     * @param first what the gateway started with
     * @param effect makes the gateway go on by another one
     */
    Reloading(
            Supplier<Loaded> source,
            Loaded first,
            Consumer<Loaded> effect,
            ReloadObserver observer,
            InstantSource clock) {
        this.source = source;
        this.inEffect = first;
        this.effect = effect;
        this.observer = observer;
        this.clock = clock;
    }

    /** On behalf of a signal: what comes of it is only logged. */
    void reloadAndLog() {
        try {
            reload();
        } catch (RuntimeException e) {
            // It has been logged, and whoever waits for signals has to go on waiting for them.
        }
    }

    @Override
    public synchronized Outcome reload() {
        Outcome outcome;
        try {
            outcome = takeEffect(read());
        } catch (ConfigException | StartFailure e) {
            observer.refused();
            log.atError().addKeyValue("problems", e.getMessage()).log("configuration not reloaded");
            throw e;
        } catch (RuntimeException e) {
            observer.refused();
            log.atError().setCause(e).log("reloading the configuration failed");
            throw e;
        }
        observer.reloaded(clock.instant());
        log.atInfo()
                .addKeyValue("changes", outcome.changes().size())
                .addKeyValue("restart_needed", String.join(", ", outcome.restartNeeded()))
                .log("configuration reloaded");
        return outcome;
    }

    @Override
    public Outcome compare() {
        return outcome(read());
    }

    /** In effect now. */
    Loaded loaded() {
        return inEffect;
    }

    @Override
    public Shown inEffect() {
        return inEffect.shown();
    }

    /** If it fails halfway, the next reload does all of it again. */
    private Outcome takeEffect(Loaded read) {
        var outcome = outcome(read);
        if (!outcome.changes().isEmpty()) {
            var next = read.keepingOf(inEffect);
            effect.accept(next);
            inEffect = next;
        }
        return outcome;
    }

    private Loaded read() {
        var read = source.get();
        var problems = kinds(read);
        if (read.configuration().models().isEmpty()
                && !inEffect.configuration().models().isEmpty()) {
            problems.add(new Problem(
                    "the configuration",
                    Problem.NO_LINE,
                    "models",
                    "there is none, as in a file that is being written; to serve nothing, restart the gateway"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return read;
    }

    private Outcome outcome(Loaded read) {
        var changes = inEffect.shown().changesTo(read.shown());
        return new Outcome(
                changes,
                changes.stream()
                        .map(Shown.Change::path)
                        .filter(Reloading::isAtStart)
                        .toList());
    }

    private static boolean isAtStart(String path) {
        return AT_START.contains(path.split("[.\\[]", 2)[0]);
    }

    /** Replicas of one kind cannot be replaced by such of another under the same name while requests are at them. */
    private List<Problem> kinds(Loaded read) {
        var before = inEffect.configuration().nodepools().stream()
                .collect(Collectors.toMap(pool -> pool.id(), pool -> pool));
        var problems = new ArrayList<Problem>();
        for (var nodepool : read.configuration().nodepools()) {
            var was = before.get(nodepool.id());
            if (was != null
                    && (was.isScalable() != nodepool.isScalable()
                            || was.kubernetes().isPresent()
                                    != nodepool.kubernetes().isPresent())) {
                problems.add(new Problem(
                        "nodepool " + nodepool.id(),
                        Problem.NO_LINE,
                        "",
                        "cannot become one of another kind (base_url, command, kubernetes) while it is in use; give it"
                                + " another id, or restart the gateway"));
            }
        }
        return problems;
    }
}
