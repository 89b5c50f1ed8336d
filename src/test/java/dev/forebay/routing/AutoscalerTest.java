package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Autoscaler.Kind;
import dev.forebay.routing.Autoscaler.Need;
import dev.forebay.routing.Autoscaler.Order;
import dev.forebay.routing.Autoscaler.Standing;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Autoscaler autoscaler = new Autoscaler(Autoscales.of(0, 10), 4, VictimOrder.CHEAPEST_FIRST);

    @Test
    void startsTheLowestOrdinalsThatAreNotTaken() {
        var standing = List.of(new Standing("p/1", 1, Kind.SERVING, 3, START, false));

        assertEquals(List.of(new Order.Start(0), new Order.Start(2)), follow(List.of(need(2.1)), standing, 0));
    }

    @Test
    void addsUpWhatItsDeploymentsNeed() {
        assertEquals(
                List.of(new Order.Start(0)),
                follow(List.of(need(0.4), need(0.6)), List.of(), 0),
                "two models that share a replica need not have two");
    }

    @Test
    void keepsTheHighestOfTheMinimums() {
        assertEquals(
                2,
                follow(List.of(new Need(0, 2, false), new Need(0, 1, false)), List.of(), 0)
                        .size());
    }

    @Test
    void neverWantsMoreThanTheNodepoolCanHave() {
        assertEquals(4, follow(List.of(need(7)), List.of(), 0).size());
        assertTrue(autoscaler.isAtCapacity());
    }

    @Test
    void followsAnExactNumberAtOnceUpAndDown() {
        assertEquals(3, follow(List.of(Need.exactly(3)), List.of(), 0).size());
        follow(List.of(Need.exactly(1)), List.of(), 1);
        assertEquals(1, autoscaler.desired());

        follow(List.of(need(0.5), Need.exactly(1)), List.of(), 2);
        assertEquals(2, autoscaler.desired(), "the need of another deployment comes on top");
    }

    @Test
    void replacesWhatAnOperatorDrainsAndNeverTakesItBack() {
        var leaving = new Standing("p/0", 0, Kind.LEAVING, 2, START, false);
        assertEquals(List.of(new Order.Start(1)), follow(List.of(need(1)), List.of(leaving), 0));

        var instead = new Standing("p/1", 1, Kind.SERVING, 0, START, false);
        assertEquals(List.of(), follow(List.of(need(1)), List.of(leaving, instead), 1));
        var idle = new Standing("p/0", 0, Kind.LEAVING, 0, START, false);
        assertEquals(List.of(new Order.Stop("p/0")), follow(List.of(need(1)), List.of(idle, instead), 2));
    }

    @Test
    void holdingKeepsWhatIsThere() {
        var one = new Standing("p/0", 0, Kind.SERVING, 0, START, false);
        var two = new Standing("p/1", 1, Kind.SERVING, 0, START, false);

        assertEquals(List.of(), autoscaler.hold(List.of(one, two), START));
        assertEquals(List.of(), autoscaler.hold(List.of(one, two), START.plusSeconds(9999)));
        assertEquals(List.of(new Order.Start(0)), autoscaler.hold(List.of(two), START.plusSeconds(10000)));
    }

    @Test
    void drainsTheLeastBusyAndStopsItOnceItIsIdle() {
        var busy = new Standing("p/0", 0, Kind.SERVING, 5, START, false);
        var less = new Standing("p/1", 1, Kind.SERVING, 2, START, false);
        follow(List.of(need(2)), List.of(busy, less), 0);

        assertEquals(List.of(new Order.Drain("p/1")), follow(List.of(need(1)), List.of(busy, less), 300));

        var draining = new Standing("p/1", 1, Kind.DRAINING, 1, START, false);
        assertEquals(List.of(), follow(List.of(need(1)), List.of(busy, draining), 400));
        var idle = new Standing("p/1", 1, Kind.DRAINING, 0, START, false);
        assertEquals(List.of(new Order.Stop("p/1")), follow(List.of(need(1)), List.of(busy, idle), 401));
    }

    @Test
    void stopsWhatHasNotDrainedInTenMinutes() {
        var busy = new Standing("p/0", 0, Kind.SERVING, 5, START, false);
        var other = new Standing("p/1", 1, Kind.SERVING, 2, START, false);
        follow(List.of(need(2)), List.of(busy, other), 0);
        follow(List.of(need(1)), List.of(busy, other), 300);

        var draining = new Standing("p/1", 1, Kind.DRAINING, 1, START, false);
        assertEquals(List.of(), follow(List.of(need(1)), List.of(busy, draining), 899));
        assertEquals(List.of(new Order.Stop("p/1")), follow(List.of(need(1)), List.of(busy, draining), 900));
    }

    @Test
    void takesADrainingReplicaBackBeforeItStartsAnother() {
        var busy = new Standing("p/0", 0, Kind.SERVING, 5, START, false);
        var draining = new Standing("p/1", 1, Kind.DRAINING, 1, START, false);

        assertEquals(
                List.of(new Order.Undrain("p/1"), new Order.Start(2)),
                follow(List.of(need(3)), List.of(busy, draining), 0));
    }

    @Test
    void endsWhatHasNoRoomThenTheNewestThatStarts() {
        var standing = List.of(
                new Standing("p/0", 0, Kind.SERVING, 0, START, false),
                new Standing("p/1", 1, Kind.STARTING, 0, START, false),
                new Standing("p/2", 2, Kind.STARTING, 0, START.plusSeconds(1), false),
                new Standing("p/3", 3, Kind.FAILED, 0, START, false));
        follow(List.of(need(4)), standing, 0);

        assertEquals(List.of(new Order.Stop("p/3"), new Order.Stop("p/2")), follow(List.of(need(2)), standing, 300));
    }

    @Test
    void whatItFindsRunningGoesOnlyAfterTheDownDelay() {
        var found = List.of(
                new Standing("p/a", -1, Kind.SERVING, 0, START, false),
                new Standing("p/b", -1, Kind.SERVING, 0, START, false));
        assertEquals(List.of(), follow(List.of(need(0)), List.of(), 0));

        assertEquals(List.of(), follow(List.of(need(0)), found, 1));
        assertEquals(List.of(), follow(List.of(need(0)), found, 300));
        assertEquals(List.of(new Order.Drain("p/a")), follow(List.of(need(0)), found, 301));
    }

    @Test
    void ordersAnEndOnce() {
        var busy = new Standing("p/0", 0, Kind.SERVING, 5, START, false);
        var idle = new Standing("p/1", 1, Kind.DRAINING, 0, START, false);

        assertEquals(List.of(new Order.Stop("p/1")), follow(List.of(need(1)), List.of(busy, idle), 0));
        assertEquals(List.of(), follow(List.of(need(1)), List.of(busy, idle), 1));
    }

    @Test
    void endsNothingThatStartsBeforeTheDownDelayIsOver() {
        var starting = new Standing("p/0", 0, Kind.STARTING, 0, START, false);
        follow(List.of(need(1)), List.of(), 0);

        assertEquals(List.of(), follow(List.of(need(0)), List.of(starting), 299));
        assertEquals(List.of(), follow(List.of(need(0)), List.of(starting), 1799), "the last one stays longer");
    }

    /** As a StatefulSet's pods: Kubernetes takes only the one with the highest number away. */
    @Test
    void ofNumberedReplicasTheHighestGoesHoweverBusyItIs() {
        var numbered = new Autoscaler(Autoscales.of(0, 10), 4, VictimOrder.YOUNGEST_FIRST);
        var failed = new Standing("p/x-0", 0, Kind.FAILED, 0, START, false);
        var idle = new Standing("p/x-1", 1, Kind.SERVING, 0, START, false);
        var busy = new Standing("p/x-2", 2, Kind.SERVING, 5, START, false);
        numbered.follow(List.of(need(3)), List.of(failed, idle, busy), START);

        var orders = numbered.follow(List.of(need(2)), List.of(failed, idle, busy), START.plusSeconds(300));

        assertEquals(List.of(new Order.Drain("p/x-2")), orders);
    }

    @Test
    void numberedReplicasStopFromTheTopAndComeBackFromTheBottom() {
        var numbered = new Autoscaler(Autoscales.of(0, 10), 4, VictimOrder.YOUNGEST_FIRST);
        var first = new Standing("p/x-0", 0, Kind.SERVING, 1, START, false);
        var starting = new Standing("p/x-1", 1, Kind.STARTING, 0, START, false);
        var idle = new Standing("p/x-2", 2, Kind.DRAINING, 0, START, false);
        var busy = new Standing("p/x-3", 3, Kind.DRAINING, 1, START, false);
        var standing = List.of(busy, idle, starting, first);
        numbered.follow(List.of(need(2)), standing, START);

        assertEquals(
                List.of(),
                numbered.follow(List.of(need(1)), standing, START.plusSeconds(300)),
                "neither can go before the highest");
        assertEquals(
                List.of(new Order.Undrain("p/x-2")),
                numbered.follow(List.of(need(3)), standing, START.plusSeconds(301)));

        var done = new Standing("p/x-3", 3, Kind.DRAINING, 0, START, false);
        assertEquals(
                List.of(new Order.Stop("p/x-3"), new Order.Stop("p/x-2"), new Order.Stop("p/x-1")),
                numbered.follow(List.of(need(1)), List.of(done, idle, starting, first), START.plusSeconds(700)));
    }

    private List<Order> follow(List<Need> needs, List<Standing> standing, int second) {
        return autoscaler.follow(needs, standing, START.plusSeconds(second));
    }

    private static Need need(double replicas) {
        return new Need(replicas, 0, true);
    }
}
