package dev.forebay.telemetry;

import static dev.forebay.telemetry.Pages.end;
import static dev.forebay.telemetry.Pages.outcome;
import static dev.forebay.telemetry.Pages.turn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.agent.RunObserver.ToolEnd;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestBookTest {
    private final List<RequestSummary> lines = new ArrayList<>();
    private final RequestBook book = new RequestBook(lines::add);

    @Test
    void theRoundsOfARequestAreSummedUpOnce() {
        run("r", 1, 1);
        book.toolEnded(new ToolEnd("r", "agent", "time", "now", null, 1, Duration.ZERO));
        run("r", 2, 2);
        book.requestEnded(end("r", "agent", 200, null));

        var line = lines.getFirst();
        assertEquals(1, lines.size());
        assertEquals(2, line.rounds());
        assertEquals(1, line.toolCalls());
        assertEquals(3, line.attempts());
        assertEquals(new Usage(20, 4, 2, 0), line.usage());
        assertEquals(Duration.ofMillis(6), line.queued());
        assertEquals(0, book.open());
    }

    @Test
    void aRequestThatEndsBeforeItsTurnWaitsForIt() {
        book.admit(turn("r", "demo", 0));
        book.requestEnded(end("r", "demo", 499, "client_gone"));
        assertEquals(List.of(), lines);
        book.ended(turn("r", "demo", 0), outcome("client_gone", "pool", 1), new Usage(5, 1, 0, 0));
        assertEquals(5, lines.getFirst().usage().prompt());
        assertEquals(0, book.open());
    }

    @Test
    void aRequestWithoutATurnIsHandedOverAtOnce() {
        book.requestEnded(end("r", null, 401, "unknown"));
        assertEquals(RequestSummary.of(end("r", null, 401, "unknown")), lines.getFirst());
    }

    @Test
    void twoRequestsOfTheSameIdHaveALineEachAndNothingStaysBehind() {
        book.admit(turn("same", "demo", 0));
        book.admit(turn("same", "demo", 0));
        book.requestEnded(end("same", "demo", 200, null));
        book.requestEnded(end("same", "demo", 200, null));
        book.ended(turn("same", "demo", 0), outcome(null, "pool", 1), Usage.NONE);
        book.ended(turn("same", "demo", 0), outcome(null, "pool", 1), Usage.NONE);
        assertEquals(2, lines.size());
        assertEquals(0, book.open());
    }

    private void run(String request, int round, int attempts) {
        book.admit(turn(request, "agent", round));
        book.ended(turn(request, "agent", round), outcome(null, "pool", attempts), new Usage(10, 2, 1, 0));
    }
}
