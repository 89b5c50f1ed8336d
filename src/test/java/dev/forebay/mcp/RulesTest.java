package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules that need no server: circuit, pauses, budget of starts, allowed hosts. */
class RulesTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void aCircuitOpensAfterFailuresInARowAndClosesWithTheNextSuccess() {
        var circuit = new Circuit(3, Duration.ofSeconds(30));
        circuit.failed(0);
        circuit.failed(0);
        circuit.succeeded();
        circuit.failed(0);
        circuit.failed(0);
        assertFalse(circuit.isOpen(0));
        assertTrue(circuit.failed(0));
        assertTrue(circuit.isOpen(29 * SECOND));
        assertFalse(circuit.isOpen(30 * SECOND));
        assertTrue(circuit.failed(31 * SECOND), "one more failure is enough");
        assertTrue(circuit.isOpen(32 * SECOND));
        circuit.succeeded();
        assertFalse(circuit.isOpen(32 * SECOND));
    }

    @Test
    void pausesGrowToThirtySecondsAtMostAndBeginAnewAfterAReset() {
        var backoff = new Backoff(new SplittableRandom(7));
        var reach = 500L;
        for (var i = 0; i < 20; i++) {
            var pause = backoff.nextMillis();
            assertTrue(pause >= 0 && pause <= reach, pause + " of " + reach);
            reach = Math.min(30_000, 2 * reach);
        }
        backoff.reset();
        assertTrue(backoff.nextMillis() <= 500);
    }

    @Test
    void startsBeyondTheBudgetWaitUntilTheOldestIsOutOfTheWindow() {
        var budget = new RestartBudget(2, Duration.ofSeconds(60));
        budget.started(0);
        assertEquals(0, budget.restNanos(SECOND));
        budget.started(10 * SECOND);
        assertEquals(49 * SECOND, budget.restNanos(11 * SECOND));
        assertTrue(budget.restNanos(61 * SECOND) <= 0);
        budget.started(61 * SECOND);
        assertEquals(8 * SECOND, budget.restNanos(62 * SECOND));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, https://example.com/mcp, true",
        "example.com, https://EXAMPLE.com:8443/mcp, true",
        "example.com:443, https://example.com/mcp, true",
        "example.com:443, https://example.com:8443/mcp, false",
        "example.com, https://sub.example.com/, false",
        "*.example.com, https://sub.example.com/, true",
        "*.example.com:8443, https://a.b.example.com:8443/, true",
        "*.example.com, https://example.com/, false",
        "*.example.com, https://evilexample.com/, false",
        "example.com, https://example.com.evil.org/, false",
        "[::1], http://[::1]:80/, true"
    })
    void aHostIsAllowedOnlyIfAnEntrySaysSo(String entry, String url, boolean allowed) {
        AllowedHosts.check(entry);
        assertEquals(allowed, new AllowedHosts(List.of(entry)).allows(URI.create(url)));
        assertFalse(new AllowedHosts(List.of()).allows(URI.create(url)));
    }

    @Test
    void anEntryWithASchemeOrAStarAloneIsRefused() {
        for (var entry : List.of("https://example.com", "*", "a b", "", "*.*.com")) {
            assertThrows(IllegalArgumentException.class, () -> AllowedHosts.check(entry));
        }
    }
}
