package dev.forebay.telemetry;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Caller;
import dev.forebay.access.Scope;
import dev.forebay.chat.TurnObserver.Outcome;
import dev.forebay.chat.TurnObserver.Turn;
import dev.forebay.http.EdgeObserver.RequestEnd;
import java.time.Duration;
import java.util.Set;

/** Events to send and pages to read. */
final class Pages {
    static final Configured CONFIGURED = Configured.of(Set.of("demo", "agent"), Set.of("pool"), Set.of("time"));

    private Pages() {}

    static Turn turn(String requestId, String model, int round) {
        return new Turn(requestId, new Caller("key_1", "local", Set.of(Scope.INFERENCE)), model, "chat", true, round);
    }

    static Outcome outcome(String error, String nodepool, int attempts) {
        return new Outcome(
                error, attempts, nodepool, Duration.ofMillis(3), Duration.ofMillis(120), 14, Duration.ofMillis(900));
    }

    static RequestEnd end(String requestId, String model, int status, String error) {
        return new RequestEnd(
                requestId,
                "key_1",
                "POST",
                "/v1/chat/completions",
                "chat",
                model,
                status,
                error,
                Duration.ofMillis(130),
                Duration.ofMillis(1000));
    }

    static void assertHas(String page, String line) {
        assertTrue(page.lines().anyMatch(l -> l.equals(line)), () -> line + " is not in:\n" + page);
    }

    /** Without the JVM's own, which come with its garbage collections. */
    static long series(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("jvm_"))
                .count();
    }
}
