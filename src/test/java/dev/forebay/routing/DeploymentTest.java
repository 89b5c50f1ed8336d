package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.forebay.config.Binding;
import dev.forebay.config.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DeploymentTest {
    private static final Deployment.Queue QUEUE =
            new Deployment.Queue(1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));

    @Test
    void whatIsSaidByDefaultIsWhatAnEmptyBlockSays() {
        var empty = Yaml.parse("f.yaml", "");
        assertEquals(Spillover.DEFAULT, Binding.bind(empty, Spillover.class, _ -> null));
        assertEquals(
                new Autoscale(0, 5, 300, 300, 1800, 30, false, 0), Binding.bind(empty, Autoscale.class, _ -> null));
    }

    @Test
    void aNumberOfRequestsReplacesTheAutomaticOne() {
        var spillover = Binding.bind(
                Yaml.parse("f.yaml", "{queue_amount_threshold: 12, eta_gate: off}"), Spillover.class, _ -> null);
        assertEquals(12, spillover.queueAmountThreshold().orElse(8));
        assertEquals(8, Spillover.DEFAULT.queueAmountThreshold().orElse(8));
        assertEquals(false, spillover.etaGate());
    }

    @Test
    void theSoftMinimumNeverExceedsTheMaximum() {
        assertEquals(3, new Autoscale(1, 5, 300, 300, 1800, 30, false, 2).minWithSoft());
        assertEquals(5, new Autoscale(4, 5, 300, 300, 1800, 30, false, 10_000).minWithSoft());
    }

    @Test
    void theMaximumHoldsForEachNodepoolByItselfUnlessItsPlaceSaysAnother() {
        var places = List.of(new Deployment.Place("a", OptionalInt.of(7)), Deployment.Place.on("b"));
        var scaling = Optional.of(new Autoscale(0, 5, 300, 300, 1800, 30, false, 0));

        var deployment = new Deployment("m", places, scaling, Spillover.DEFAULT, QUEUE, true);

        assertEquals(OptionalInt.of(7), deployment.maxReplicas(0));
        assertEquals(OptionalInt.of(5), deployment.maxReplicas(1));
        assertEquals(OptionalInt.empty(), new Deployment("m", List.of("a"), QUEUE).maxReplicas(0));
    }

    @Test
    void aDeploymentIsOnOneNodepoolAtLeast() {
        assertThrows(IllegalArgumentException.class, () -> new Deployment("m", List.of(), QUEUE));
    }
}
