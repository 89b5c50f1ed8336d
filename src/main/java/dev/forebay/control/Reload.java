package dev.forebay.control;

import dev.forebay.config.ConfigException;
import dev.forebay.config.Shown;
import java.util.List;

/** Has the gateway read its configuration again and go on by it. Blocks while files are read: for virtual threads. */
public interface Reload {
    /**
     * @param changes between what was in effect and what was read
     * @param restartNeeded paths of those that take effect only with the next start
     */
    record Outcome(List<Shown.Change> changes, List<String> restartNeeded) {
        public Outcome {
            changes = List.copyOf(changes);
            restartNeeded = List.copyOf(restartNeeded);
        }
    }

    /** @throws ConfigException with every problem; all goes on as before */
    Outcome reload();

    /** What {@link #reload} would change, and nothing else. */
    Outcome compare();

    /** Every setting that is in effect, defaults included. */
    Shown inEffect();
}
