package dev.forebay.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Hours in small: steady requests and streams, and every half minute a look at what the gateway holds. */
final class Soak {
    private static final int PER_SECOND = 1000;
    private static final int STREAMS = 200;
    private static final Streams.Kind KIND = new Streams.Kind(Target.PLAIN, 150, 20);
    private static final Duration SLICE = Duration.ofSeconds(30);
    private static final Duration OPENING = Duration.ofSeconds(2);
    private static final int SLICES_MIN = 4;

    private final Plan plan;
    private final List<SoakSample> samples = new ArrayList<>();

    Soak(Plan plan) {
        this.plan = plan;
    }

    /** @return whether nothing failed or was lost, and nothing grew */
    boolean run() throws Exception {
        var slices = Math.max(SLICES_MIN, plan.soak().dividedBy(SLICE));
        System.out.println(PER_SECOND + " requests a second and " + STREAMS + " streams for "
                + SLICE.multipliedBy(slices).toMinutes() + " minutes, after half a minute to warm up\n");
        try (var stage = new Stage();
                var load = new Load()) {
            stage.recordCache();
            var gateway = stage.gateway().target();
            try (var streams = load.streams(gateway, KIND).open(STREAMS, OPENING)) {
                load.openLoop(gateway, Target.whole(Target.PLAIN), PER_SECOND, SLICE);
                System.out.println(SoakSample.HEAD);
                for (var slice = 1; slice <= slices; slice++) {
                    samples.add(slice(load, streams, gateway, slice));
                    System.out.println(samples.getLast().line());
                }
            }
        }
        var wrong = Flatness.wrong(samples);
        write(wrong);
        wrong.forEach(System.out::println);
        System.out.println(wrong.isEmpty() ? "nothing failed, was lost or grew" : "the soak failed");
        return wrong.isEmpty();
    }

    private static SoakSample slice(Load load, Streams streams, Target gateway, int number) throws Exception {
        streams.reset();
        var cpu = gateway.cpuNanos();
        var requests = load.openLoop(gateway, Target.whole(Target.PLAIN), PER_SECOND, SLICE);
        var spent = gateway.cpuNanos() - cpu;
        return SoakSample.of(
                number * SLICE.toSeconds(),
                gateway,
                requests,
                streams.chunks(),
                streams.count(),
                spent / 1e9 / SLICE.toSeconds());
    }

    private void write(List<String> wrong) throws Exception {
        var lines = new ArrayList<>(List.of(Machine.ofThis().line(), "", SoakSample.HEAD));
        samples.forEach(sample -> lines.add(sample.line()));
        lines.add("");
        lines.addAll(wrong);
        Files.write(Path.of("target/bench/soak.md"), lines);
    }
}
