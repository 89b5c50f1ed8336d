package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.RoutingTraffic.End;
import dev.forebay.RoutingTraffic.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests at a steady rate while all happens to their replicas that can: {@code mvn -Pslow test -Dtest=RoutingSlow
 * -Droute.requests=100000 -Droute.rate=100}. Nothing is lost but streams past their first byte at a replica that is killed,
 * and those end with an error event.
 */
class RoutingSlow {
    private static final int REQUESTS = Integer.getInteger("route.requests", 2_000);
    private static final int PER_SECOND = Integer.getInteger("route.rate", 40);

    private enum Happening {
        SCALE_DOWN,
        ROLLOUT,
        CORDON,
        OUTAGE,
        KILL
    }

    private record Period(Happening what, long from, long to) {
        /** What lasted longer than that may have been met by more than one; that counts in which it ended. */
        boolean sawTheEndOf(Ended request) {
            return from <= request.to() && request.to() <= to;
        }
    }

    /** A replica died between these moments. */
    private record Death(String replica, long from, long to) {
        boolean explains(Ended request) {
            return request.replica().equals(replica) && request.from() <= to && from <= request.to();
        }
    }

    @TempDir
    Path folder;

    private final List<Period> periods = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();

    private interface Step {
        void run() throws Exception;
    }

    @Test
    void onlyStreamsPastTheirFirstByteAreLostAndOnlyWhereTheirReplicaIsKilled() throws Exception {
        try (var gateway = new RoutingGateway(folder, Math.max(2, PER_SECOND / 20))) {
            var traffic = RoutingTraffic.start(gateway.url(), gateway.key(), RoutingGateway.MODELS, PER_SECOND);
            while (traffic.sent() < REQUESTS || periods.isEmpty()) {
                during(Happening.SCALE_DOWN, gateway::scaleDown);
                awaitSent(traffic, PER_SECOND);
                during(Happening.ROLLOUT, gateway::rollOut);
                awaitSent(traffic, PER_SECOND);
                during(Happening.CORDON, () -> {
                    gateway.cordon(true);
                    awaitSent(traffic, 3 * PER_SECOND);
                    gateway.cordon(false);
                });
                awaitSent(traffic, PER_SECOND);
                during(Happening.OUTAGE, () -> outage(gateway, traffic));
                awaitSent(traffic, PER_SECOND);
                during(Happening.KILL, () -> kill(gateway));
                awaitSent(traffic, PER_SECOND);
            }
            var requests = traffic.stop();
            gateway.awaitIdle();
            print(requests, gateway.metric("forebay_retries_total"));
            assertEquals(traffic.sent(), requests.size());
            assertTrue(
                    served(requests).keySet().containsAll(List.of("near", "far", "urls")), served(requests)::toString);
            assertEquals(
                    List.of(),
                    first(requests.stream()
                            .filter(request -> request.end() == End.LOST)
                            .toList()));
            assertEquals(
                    List.of(),
                    first(requests.stream()
                            .filter(request -> request.end() == End.BROKEN)
                            .filter(request -> deaths.stream().noneMatch(death -> death.explains(request)))
                            .toList()));
            assertEquals(0, gateway.stop(), gateway::log);
        }
    }

    private void during(Happening what, Step step) throws Exception {
        var from = System.nanoTime();
        step.run();
        periods.add(new Period(what, from, System.nanoTime()));
    }

    private void outage(RoutingGateway gateway, RoutingTraffic traffic) throws Exception {
        var from = System.nanoTime();
        gateway.killServers();
        for (var replica : List.of("urls/0", "urls/1")) {
            deaths.add(new Death(replica, from, System.nanoTime()));
        }
        awaitSent(traffic, 3 * PER_SECOND);
        gateway.startServers();
        gateway.awaitServers();
    }

    private void kill(RoutingGateway gateway) {
        var from = System.nanoTime();
        deaths.add(new Death(gateway.killOne(), from, System.nanoTime()));
        gateway.awaitRecovery();
    }

    private static void awaitSent(RoutingTraffic traffic, int more) {
        var enough = traffic.sent() + more;
        RoutingGateway.await(() -> traffic.sent() >= enough, () -> "no request is sent");
    }

    private static List<Ended> first(List<Ended> some) {
        return some.subList(0, Math.min(10, some.size()));
    }

    private void print(List<Ended> requests, double retries) {
        System.out.printf(
                "%d requests at %d a second, %d of them streams, %.0f tried again%n",
                requests.size(),
                PER_SECOND,
                requests.stream().filter(Ended::stream).count(),
                retries);
        System.out.println("Where they were served: " + served(requests));
        System.out.printf(
                "| while | times | requests | served | ended by a kill | lost |%n|---|---|---|---|---|---|%n");
        for (var what : Happening.values()) {
            var its = periods.stream().filter(period -> period.what == what).toList();
            row(
                    what.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    its.size(),
                    requests.stream()
                            .filter(request -> its.stream().anyMatch(period -> period.sawTheEndOf(request)))
                            .toList());
        }
        row(
                "none of these",
                0,
                requests.stream()
                        .filter(request -> periods.stream().noneMatch(period -> period.sawTheEndOf(request)))
                        .toList());
        row("in all", periods.size(), requests);
    }

    private static void row(String what, int times, List<Ended> requests) {
        var ends = new EnumMap<End, Integer>(End.class);
        requests.forEach(request -> ends.merge(request.end(), 1, Integer::sum));
        System.out.printf(
                "| %s | %d | %d | %d | %d | %d |%n",
                what,
                times,
                requests.size(),
                ends.getOrDefault(End.SERVED, 0),
                ends.getOrDefault(End.BROKEN, 0),
                ends.getOrDefault(End.LOST, 0));
    }

    private static Map<String, Integer> served(List<Ended> requests) {
        var nodepools = new TreeMap<String, Integer>();
        requests.forEach(request -> nodepools.merge(request.replica().replaceFirst("/.*", ""), 1, Integer::sum));
        return nodepools;
    }
}
