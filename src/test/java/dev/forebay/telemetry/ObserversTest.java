package dev.forebay.telemetry;

import static dev.forebay.telemetry.Pages.outcome;
import static dev.forebay.telemetry.Pages.turn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.TurnObserver;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserversTest {
    private final List<String> heard = new ArrayList<>();

    @Test
    void oneThatBreaksStopsNoOther() {
        var all = Observers.turns(List.of(new Broken(), new Noting("a"), new Broken(), new Noting("b")));
        all.admit(turn("r", "demo", 0));
        all.ended(turn("r", "demo", 0), outcome(null, "pool", 1), Usage.NONE);
        assertEquals(List.of("a admits", "b admits", "a null", "b null"), heard);
    }

    @Test
    void aRefusalIsPassedOnAndLetsGoOfWhatWasAdmitted() {
        var refusing = new Noting("refusing") {
            @Override
            public void admit(Turn turn) {
                throw new ModelFailure.Overloaded("no", Duration.ofSeconds(1));
            }
        };
        var all = Observers.turns(List.of(new Noting("a"), refusing, new Noting("b")));
        assertThrows(ModelFailure.Overloaded.class, () -> all.admit(turn("r", "demo", 0)));
        assertEquals(List.of("a admits", "a refused"), heard);
    }

    private class Noting implements TurnObserver {
        private final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void admit(Turn turn) {
            heard.add(name + " admits");
        }

        @Override
        public void ended(Turn turn, Outcome outcome, Usage usage) {
            heard.add(name + " " + outcome.error());
        }
    }

    private static final class Broken implements TurnObserver {
        @Override
        public void admit(Turn turn) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void ended(Turn turn, Outcome outcome, Usage usage) {
            throw new IllegalStateException("broken");
        }
    }
}
