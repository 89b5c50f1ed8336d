package dev.forebay.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.DoubleStream;

/** The boundaries that OpenTelemetry's GenAI conventions give, so that dashboards made for them fit. */
enum Buckets {
    OPERATION(.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36),
    FIRST_TOKEN(.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60),
    OUTPUT_TOKEN(.001, .0025, .005, .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5),
    OUTPUT_CHUNK(.001, .0025, .005, .01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92),
    AGENT(.1, .2, .4, .8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6),
    TOOL(.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92),
    MCP(.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300),
    QUEUE(.001, .005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 600),
    COLD_START(.1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200),
    TOKENS(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864),
    ROUNDS(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);

    // Never handed out.
    @SuppressWarnings("ImmutableEnumChecker")
    private final double[] bounds;

    Buckets(double... bounds) {
        this.bounds = bounds;
    }

    /** With these bounds in seconds. */
    Timer.Builder timer(String name) {
        var spans = DoubleStream.of(bounds)
                .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                .toArray(Duration[]::new);
        return Timer.builder(name).serviceLevelObjectives(spans);
    }

    /** No unit: the exposition would append it to the name. */
    DistributionSummary.Builder summary(String name) {
        return DistributionSummary.builder(name).serviceLevelObjectives(bounds);
    }
}
