package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import dev.forebay.routing.LiveNodepool.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What operators do: at once, once, and again after a restart. */
class OperatorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String KEY = "key_1";

    private final List<String> orders = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private final InMemoryOverrides overrides = new InMemoryOverrides();
    private Router router = router();
    private Operator operator = operator();

    /** Model m on nodepool a of processes (two at most) and nodepool b of a server that runs already. */
    private static Router router() {
        return new Router(
                List.of(new Deployment(
                        "m",
                        List.of(Deployment.Place.on("a"), Deployment.Place.on("b")),
                        Optional.of(Autoscales.of(1, 2)),
                        Spillover.DEFAULT,
                        new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)),
                        true)),
                List.of(
                        new Capacity("a", 1, 1, true, 10, Failover.DEFAULT),
                        new Capacity("b", 4, 1, false, 10, Failover.DEFAULT)),
                () -> NOW,
                RandomGeneratorFactory.of("L64X128MixRandom").create(1));
    }

    private Operator operator() {
        var scaler = new Scaler(
                router,
                new ReplicaControl() {
                    @Override
                    public void start(String nodepool, int ordinal) {
                        orders.add("start " + nodepool + "/" + ordinal);
                        report(nodepool + "/" + ordinal, new Replica.State.Starting(NOW));
                    }

                    @Override
                    public void stop(String replicaId) {
                        orders.add("stop " + replicaId);
                        report(replicaId, new Replica.State.Stopped());
                    }

                    @Override
                    public void scaled(String nodepool, int before, int desired) {}
                },
                () -> NOW);
        var made = new Operator(router, scaler, overrides, () -> NOW);
        made.restore();
        scaler.tick();
        return made;
    }

    private void report(String id, Replica.State state) {
        router.changed(new Replica(id, id.substring(0, id.indexOf('/')), state));
    }

    private void ready(String id) {
        report(id, Rig.endpoint(1));
    }

    private void ask() {
        router.lease(new LeaseRequest("m", Set.of(), NOW.plusSeconds(60)), new Waiter() {
            @Override
            public void granted(Lease lease) {
                leases.add(lease);
                outcomes.add(lease.replica());
            }

            @Override
            public void refused(ModelFailure failure) {
                outcomes.add(failure.getMessage());
            }
        });
    }

    private List<String> newOrders() {
        var all = List.copyOf(orders);
        orders.clear();
        return all;
    }

    @Test
    void disablingRefusesThoseWhoWaitAndStopsItsReplicasAtOnce() {
        assertEquals(List.of("start a/0"), newOrders());
        ask();
        assertEquals(List.of(), outcomes);

        operator.enable("m", false, KEY);
        ask();

        assertEquals(
                List.of("the deployment of model m is disabled", "the deployment of model m is disabled"), outcomes);
        assertEquals(List.of("stop a/0"), newOrders());
        assertEquals(
                NodepoolState.DISABLED,
                router.live().get("m").pools().getFirst().state());
        assertEquals("refused: the deployment is disabled", router.explain("m").outcome());
    }

    @Test
    void enablingItAgainLeavesNothingStored() {
        operator.enable("m", false, KEY);
        operator.enable("m", false, "key_2");
        assertEquals(
                List.of(new Overridden(Overridden.Subject.DEPLOYMENT, "m", "enabled", "false", NOW, KEY)),
                operator.overrides());

        operator.enable("m", true, KEY);
        operator.enable("m", true, KEY);

        assertEquals(List.of(), operator.overrides());
        assertEquals(List.of("start a/0", "stop a/0", "start a/0"), newOrders());
    }

    @Test
    void scalingFixesTheNumberUntilReset() {
        ready("a/0");
        ask();
        newOrders();

        operator.scale("m", "a", 2, KEY);
        operator.scale("m", "a", 2, KEY);
        assertEquals(List.of("start a/1"), newOrders());
        operator.scale("m", "a", 0, KEY);
        assertEquals(List.of("stop a/1"), newOrders());
        assertEquals("draining", state("a/0"));

        operator.reset("m", KEY);
        assertEquals(List.of(), operator.overrides());
        assertEquals("ready", state("a/0"), "the minimum of the configuration holds again");
    }

    @Test
    void aNodepoolThatIsFixedIsAtItsLimitSoThatTheNextOneOpens() {
        ready("a/0");
        ready("b/0");
        operator.scale("m", "a", 1, KEY);

        assertTrue(router.explain("m").steps().getFirst().atLimit());
    }

    @Test
    void refusesWhatCannotBeAndSaysWhat() {
        assertEquals(
                "replicas: need 0 to 2, the most that the configuration lets deployment m have in nodepool a, got 3",
                assertThrows(IllegalArgumentException.class, () -> operator.scale("m", "a", 3, KEY))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> operator.scale("m", "b", 1, KEY))
                .getMessage()
                .startsWith("nodepool b: its servers run already"));
        assertEquals(
                "there is no nodepool of deployment m \"aa\"; did you mean \"a\"?",
                assertThrows(UnknownName.class, () -> operator.scale("m", "aa", 1, KEY))
                        .getMessage());
        assertThrows(UnknownName.class, () -> operator.enable("n", true, KEY));
        assertThrows(UnknownName.class, () -> operator.admit("c", Admission.CORDONED, KEY));
        assertThrows(UnknownName.class, () -> operator.cordon("a/7", true, KEY));
        assertEquals(List.of(), operator.overrides());
    }

    @Test
    void aCordonedNodepoolKeepsItsReplicasAndTheNextOneOpensAtOnce() {
        ready("a/0");
        ready("b/0");
        newOrders();

        operator.admit("a", Admission.CORDONED, KEY);
        ask();

        assertEquals(List.of("b/0"), outcomes);
        assertEquals(List.of(), newOrders());
        var pools = router.live().get("m").pools();
        assertEquals(NodepoolState.DISABLED, pools.getFirst().state());
        assertTrue(pools.getLast().open());
        assertEquals(
                "a is down: nodepool a is cordoned",
                pools.getLast().decision().orElseThrow().why());

        operator.admit("a", Admission.OPEN, KEY);
        ask();
        assertEquals(List.of("b/0", "a/0"), outcomes);
        assertEquals(List.of(), operator.overrides());
    }

    @Test
    void aDrainedNodepoolLosesItsReplicasAndGetsThemBack() {
        ready("a/0");
        newOrders();

        operator.admit("a", Admission.DRAINING, KEY);
        assertEquals("draining", state("a/0"));
        operator.admit("a", Admission.DRAINING, KEY);
        assertEquals(List.of("stop a/0"), newOrders());

        operator.admit("a", Admission.OPEN, KEY);
        assertEquals(List.of("start a/0"), newOrders());
    }

    @Test
    void everyNodepoolCordonedRefusesAtOnce() {
        ask();
        operator.admit("a", Admission.CORDONED, KEY);
        operator.admit("b", Admission.CORDONED, KEY);

        assertEquals(1, outcomes.size());
        assertTrue(outcomes.getFirst().contains("nodepool a is cordoned"), outcomes::toString);
        assertTrue(router.explain("m").outcome().startsWith("refused: nodepool a is cordoned"));
    }

    @Test
    void aDrainedReplicaIsReplacedAndStoppedOnceItIsIdle() {
        ready("a/0");
        ask();
        operator.scale("m", "a", 1, KEY);
        newOrders();

        operator.drain("a/0", KEY);
        assertEquals("draining", state("a/0"));
        assertEquals(List.of("start a/1"), newOrders());
        ready("a/1");
        leases.getFirst().release(Lease.Ended.SERVED);
        operator.drain("a/0", KEY);

        assertEquals(List.of("stop a/0"), newOrders());
        ask();
        assertEquals(List.of("a/0", "a/1"), outcomes);
    }

    @Test
    void whatWasSetHoldsAfterARestart() {
        ready("b/0");
        operator.enable("m", false, KEY);
        operator.scale("m", "a", 2, KEY);
        operator.admit("a", Admission.CORDONED, KEY);
        operator.cordon("b/0", true, KEY);
        newOrders();

        router = router();
        ready("b/0");
        operator = operator();

        var live = router.live().get("m");
        assertEquals(false, live.enabled());
        assertEquals(2, live.pools().getFirst().fixedReplicas().orElseThrow());
        assertEquals(Admission.CORDONED, router.nodepools().getFirst().admission());
        assertEquals("cordoned", router.replicas().getFirst().reason().orElseThrow());
        assertEquals(List.of(), newOrders());
    }

    @Test
    void whatIsNotThereAnyMoreIsPassedOverAndCanBeReset() {
        overrides.put(new Overridden(Overridden.Subject.DEPLOYMENT, "gone", "enabled", "false", NOW, KEY));
        overrides.put(new Overridden(Overridden.Subject.NODEPOOL, "gone", "cordoned", "true", NOW, KEY));
        overrides.put(new Overridden(Overridden.Subject.DEPLOYMENT, "m", "replicas.gone", "1", NOW, KEY));
        overrides.put(new Overridden(Overridden.Subject.DEPLOYMENT, "m", "replicas.a", "99", NOW, KEY));

        operator = operator();

        assertEquals(
                2,
                router.live().get("m").pools().getFirst().fixedReplicas().orElseThrow(),
                "no more than the configuration allows");
        assertThrows(UnknownName.class, () -> operator.reset("gone", KEY));
        assertEquals(3, operator.overrides().size());
    }

    private String state(String id) {
        return router.replicas().stream()
                .filter(replica -> replica.id().equals(id))
                .map(LiveReplica::state)
                .findFirst()
                .orElse("gone");
    }
}
