package dev.forebay.telemetry;

import dev.forebay.agent.RunObserver;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.TurnObserver;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One observer in place of several. One that breaks is logged and stops neither the others nor the request. */
final class Observers {
    private static final Logger log = LoggerFactory.getLogger(Observers.class);

    private Observers() {}

    /**
     * Each is asked to admit a turn in this order. If one refuses, those before it are told that the turn has ended with
     * the error {@code refused}, so that what they hold is let go.
     */
    static TurnObserver turns(List<TurnObserver> observers) {
        return new Turns(List.copyOf(observers));
    }

    static RunObserver runs(List<RunObserver> observers) {
        var all = List.copyOf(observers);
        return new RunObserver() {
            @Override
            public void toolEnded(ToolEnd end) {
                each(all, observer -> observer.toolEnded(end));
            }

            @Override
            public void runEnded(RunEnd end) {
                each(all, observer -> observer.runEnded(end));
            }
        };
    }

    private record Turns(List<TurnObserver> all) implements TurnObserver {
        private static final Outcome REFUSED = new Outcome("refused", 0, null, Duration.ZERO, null, 0, Duration.ZERO);

        @Override
        public void admit(Turn turn) {
            for (var i = 0; i < all.size(); i++) {
                try {
                    all.get(i).admit(turn);
                } catch (ModelFailure refused) {
                    each(all.subList(0, i), observer -> observer.ended(turn, REFUSED, Usage.NONE));
                    throw refused;
                } catch (RuntimeException e) {
                    broken(all.get(i), e);
                }
            }
        }

        @Override
        public void ended(Turn turn, Outcome outcome, Usage usage) {
            for (var observer : all) {
                try {
                    observer.ended(turn, outcome, usage);
                } catch (RuntimeException e) {
                    broken(observer, e);
                }
            }
        }
    }

    static <T> void each(List<T> observers, Consumer<T> call) {
        for (var observer : observers) {
            try {
                call.accept(observer);
            } catch (RuntimeException e) {
                broken(observer, e);
            }
        }
    }

    private static void broken(Object observer, RuntimeException e) {
        log.atError()
                .addKeyValue("observer", observer.getClass().getName())
                .setCause(e)
                .log("observer failed");
    }
}
