package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class KeysTakeTurnsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> served = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private final Router router = new Router(
            List.of(new Deployment(
                    "m",
                    List.of("a"),
                    new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)))),
            List.of(new Capacity("a", 1, 1, false, 1, Failover.DEFAULT)),
            () -> NOW,
            RandomGeneratorFactory.of("L64X128MixRandom").create(1));

    @Test
    void aKeyThatAsksOnceDoesNotWaitForAllThatAnotherAsks() {
        router.changed(
                new Replica("a/0", "a", new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")))));
        for (var key : List.of("many", "many", "many", "many", "one")) {
            ask(key);
        }

        while (served.size() < 5) {
            leases.getLast().release(Lease.Ended.SERVED);
        }

        assertEquals(List.of("many", "many", "one", "many", "many"), served);
    }

    private void ask(String key) {
        router.lease(
                new LeaseRequest(
                        "m", Set.of(), NOW.plusSeconds(3600), key, 0, 600, 0, Optional.empty(), Optional.empty()),
                new Waiter() {
                    @Override
                    public void granted(Lease lease) {
                        served.add(key);
                        leases.add(lease);
                    }

                    @Override
                    public void refused(ModelFailure failure) {
                        throw failure;
                    }
                });
    }
}
