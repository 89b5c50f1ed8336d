package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica.State.Failed;
import dev.forebay.compute.Replica.State.NoCapacity;
import dev.forebay.compute.Replica.State.Ready;
import dev.forebay.compute.Replica.State.Starting;
import dev.forebay.compute.Replica.State.Stopped;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityTest {
    @TempDir
    Path data;

    private LocalReplicas replicas;
    private final Changes first = new Changes();
    private final Changes second = new Changes();

    @BeforeEach
    void open() {
        replicas = new LocalReplicas(data);
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    @Test
    void eachReplicaHasItsOwnGpusInItsCommandAndEnvironment() throws Exception {
        var pool = LocalReplicas.nodepool(
                "{id: p, command: [forebay, '{port}', 'on-{gpu}'], gpus: [4, 5, 6, GPU-8c1f], gpus_per_replica: 2}");
        var provider = replicas.provider();
        assertTrue(LocalReplicas.who(ready(provider, pool, 0, first)).contains(" 4,5 "));
        var other = LocalReplicas.who(ready(provider, pool, 1, second));
        assertTrue(other.contains(" 6,GPU-8c1f ") && other.endsWith(" on-6,GPU-8c1f"), other);
    }

    @Test
    void aReplicaWithoutAFreeGpuStartsOnceOneFallsFreeInAnotherNodepool() throws Exception {
        var provider = replicas.provider();
        ready(provider, LocalReplicas.nodepool("{id: a, command: [forebay, '{port}'], gpus: [0, 1]}"), 0, first);
        provider.start(LocalReplicas.nodepool("{id: b, command: [forebay, '{port}'], gpus: [0]}"), 0, second);
        second.next(Starting.class);
        var reason = second.next(NoCapacity.class).reason();
        assertTrue(reason.contains("nodepool b, replica 0") && reason.contains("GPUs 0, and none is free"), reason);

        provider.stop("a/0");
        second.next(Starting.class);
        assertTrue(LocalReplicas.who(second.next(Ready.class).endpoint()).contains(" 0 "));
    }

    @Test
    void noMoreInstancesRunThanAreAllowed() throws Exception {
        var pool = LocalReplicas.nodepool("{id: p, command: [forebay, '{port}'], max_instances: 1}");
        var provider = replicas.provider();
        ready(provider, pool, 0, first);
        provider.start(pool, 1, second);
        second.next(Starting.class);
        assertTrue(second.next(NoCapacity.class).reason().contains("max_instances"));
        provider.stop("p/0");
        second.next(Starting.class);
        second.next(Ready.class);
    }

    @Test
    void aReplicaThatFailedGivesItsGpuToOneThatWaits() throws Exception {
        var provider = replicas.provider();
        var process = LocalReplicas.process(
                ready(provider, LocalReplicas.nodepool("{id: a, command: [forebay, '{port}'], gpus: [0]}"), 0, first));
        provider.start(LocalReplicas.nodepool("{id: b, command: [sleep, '60'], gpus: [0]}"), 0, second);
        second.next(Starting.class);
        second.next(NoCapacity.class);
        process.destroyForcibly();
        first.next(Failed.class);
        second.next(Starting.class);
    }

    @Test
    void aReplicaThatWaitsForAPlaceCanBeStopped() throws Exception {
        var pool = LocalReplicas.nodepool("{id: p, command: [forebay, '{port}'], max_instances: 0}");
        var provider = replicas.provider();
        provider.start(pool, 0, first);
        first.next(Starting.class);
        assertTrue(first.next(NoCapacity.class).reason().contains("disabled"));
        provider.stop("p/0");
        first.next(Stopped.class);
    }

    @Test
    void aReplicaStartedWhileItStillEndsComesAfterItsOldProcess() throws Exception {
        var script = "trap '' TERM; exec " + LocalReplicas.shell() + " $0";
        var pool = LocalReplicas.nodepool(
                "{id: p, command: [sh, -c, \"" + script + "\", '{port}'], max_instances: 1, stop_timeout_seconds: 1}");
        var provider = replicas.provider();
        var old = LocalReplicas.process(ready(provider, pool, 0, first));
        provider.stop("p/0");
        provider.start(pool, 0, second);
        first.next(Stopped.class);
        second.next(Starting.class);
        var next = LocalReplicas.process(second.next(Ready.class).endpoint());
        old.onExit().get(20, TimeUnit.SECONDS);
        assertTrue(next.isAlive());
        assertFalse(old.isAlive());
        assertEquals(0, first.reported().size());
    }

    private static Endpoint ready(ProcessProvider provider, Nodepool pool, int ordinal, Changes changes)
            throws InterruptedException {
        provider.start(pool, ordinal, changes);
        changes.next(Starting.class);
        return changes.next(Ready.class).endpoint();
    }
}
