package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica.State.Failed;
import dev.forebay.compute.Replica.State.NoCapacity;
import dev.forebay.compute.Replica.State.Ready;
import dev.forebay.compute.Replica.State.Starting;
import dev.forebay.compute.Replica.State.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway finds that another one, which was killed, has left behind. */
class AdoptionTest {
    private static final String POOL = "{id: p, command: [forebay, '{port}'], gpus: [0, 1]}";

    @TempDir
    Path data;

    private LocalReplicas replicas;
    private final Changes after = new Changes();

    @BeforeEach
    void open() {
        replicas = new LocalReplicas(data);
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    @Test
    void theNextGatewayTakesOverAReplicaThatServesAndEndsItWhenItIsStopped() throws Exception {
        var left = leftBehind(POOL);
        var next = replicas.provider();
        assertEquals(List.of(), next.expect(List.of(LocalReplicas.nodepool(POOL))));
        next.start(LocalReplicas.nodepool(POOL), 0, after);
        after.next(Starting.class);
        assertEquals(left, LocalReplicas.process(after.next(Ready.class).endpoint()));

        next.stop("p/0");
        after.next(Stopped.class);
        left.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void oneThatWasTakenOverIsWatchedAndItsLastWordsAreTold() throws Exception {
        var left = leftBehind(POOL);
        var next = replicas.provider();
        next.expect(List.of(LocalReplicas.nodepool(POOL)));
        next.start(LocalReplicas.nodepool(POOL), 0, after);
        after.next(Starting.class);
        after.next(Ready.class);
        left.destroyForcibly();
        var reason = after.next(Failed.class).reason();
        assertTrue(reason.contains("listening on"), reason);
        after.next(Starting.class);
        assertNotEquals(left, LocalReplicas.process(after.next(Ready.class).endpoint()));
    }

    @Test
    void itsGpuIsNotGivenAwayBeforeItIsTakenOver() throws Exception {
        leftBehind(POOL);
        var one = LocalReplicas.nodepool("{id: q, command: [forebay, '{port}'], gpus: [0]}");
        var next = replicas.provider();
        next.expect(List.of(one, LocalReplicas.nodepool(POOL)));
        next.start(one, 0, after);
        after.next(Starting.class);
        after.next(NoCapacity.class);
        // Nobody asks for it.
        assertEquals(List.of("nodepool p"), next.endLeft());
        after.next(Starting.class);
        after.next(Ready.class);
    }

    @Test
    void oneThatWouldBeStartedDifferentlyIsEnded() throws Exception {
        var weights = Files.writeString(data.resolve("weights"), "one");
        for (var changed : List.of(
                "{id: p, command: [forebay, '{port}', more, " + weights + "]}",
                "{id: p, command: [forebay, '{port}', " + weights + "], env: {A: b}}",
                "{id: p, command: [forebay, '{port}', " + weights + "], adopt: false}",
                "{id: other, command: [forebay, '{port}', " + weights + "]}")) {
            var left = leftBehind("{id: p, command: [forebay, '{port}', " + weights + "]}");
            assertEquals(
                    List.of("nodepool p"),
                    replicas.provider().expect(List.of(LocalReplicas.nodepool(changed))),
                    changed);
            left.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneWhoseFilesHaveChangedIsEnded() throws Exception {
        var weights = Files.writeString(data.resolve("weights"), "one");
        var pool = "{id: p, command: [forebay, '{port}', " + weights + "]}";
        var left = leftBehind(pool);
        Files.writeString(weights, "another");
        assertEquals(List.of("nodepool p"), replicas.provider().expect(List.of(LocalReplicas.nodepool(pool))));
        left.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void oneThatDoesNotServeIsEndedAndAnotherStarted() throws Exception {
        var pool = "{id: p, command: [forebay, '{port}', sick, " + data.resolve("sick") + "]}";
        var left = leftBehind(pool);
        Files.createDirectories(data.resolve("sick/" + left.pid()));
        var next = replicas.provider();
        assertEquals(List.of(), next.expect(List.of(LocalReplicas.nodepool(pool))));
        next.start(LocalReplicas.nodepool(pool), 0, after);
        after.next(Starting.class);
        assertNotEquals(left, LocalReplicas.process(after.next(Ready.class).endpoint()));
        assertFalse(left.isAlive());
    }

    private ProcessHandle leftBehind(String yaml) throws Exception {
        return replicas.leave(LocalReplicas.nodepool(yaml));
    }
}
