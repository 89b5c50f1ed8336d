package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How long routing one request takes: {@code mvn -Pbench clean verify -Dbench.main=dev.forebay.routing.DecisionBenchmark}. A
 * slot is given back and another taken each time, while nine in ten are in use.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 4)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx768m", "-XX:+UseSerialGC"})
public class DecisionBenchmark {
    private static final int SLOTS = 10;
    private static final int PROMPT_BYTES = 64 * 1024;
    private static final Duration HOUR = Duration.ofHours(1);

    @Param({"100", "10000"})
    public int replicas;

    private final ArrayDeque<Lease> leases = new ArrayDeque<>();
    private final Waiter waiter = new Waiter() {
        @Override
        public void granted(Lease lease) {
            leases.add(lease);
        }

        @Override
        public void refused(ModelFailure failure) {
            throw failure;
        }
    };
    private final byte[] prompt = new byte[PROMPT_BYTES];
    private Router router;
    private Instant deadline;
    private long requests;

    public static void main(String[] args) throws Exception {
        new Runner(new OptionsBuilder()
                        .include(DecisionBenchmark.class.getName())
                        .build())
                .run();
    }

    @Setup
    public void fill() {
        router = new Router(
                List.of(new Deployment("m", List.of("a"), new Deployment.Queue(1000, 1 << 20, HOUR, HOUR))),
                List.of(new Capacity("a", SLOTS, replicas, false, replicas, Failover.DEFAULT)),
                InstantSource.system(),
                new SplittableRandom(1));
        deadline = Instant.now().plus(HOUR);
        for (var i = 0; i < replicas; i++) {
            router.changed(new Replica(
                    "a/" + i, "a", new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")))));
        }
        for (var i = 0; i < replicas * SLOTS * 9 / 10; i++) {
            lease(Optional.empty());
        }
        new SplittableRandom(2).nextBytes(prompt);
    }

    /** The time of a decision: from the request to its lease. The slot comes from whoever has had its own longest. */
    @Benchmark
    public Object aSlotIsGivenBackAndAnotherTaken() {
        leases.removeFirst().release(Lease.Ended.SERVED);
        return lease(Optional.empty());
    }

    @Benchmark
    public Object aSlotIsFoundForAPromptOf64KiB() {
        leases.removeFirst().release(Lease.Ended.SERVED);
        // Each prompt begins anew.
        prompt[(int) (requests++ & 1023)]++;
        return lease(PromptPrefix.of(prompt, 0, prompt.length).map(prefix -> prefix));
    }

    private Object lease(Optional<AffinityKey> affinity) {
        return router.lease(
                new LeaseRequest("m", Set.of(), deadline, "key", 0, 600, PROMPT_BYTES, Optional.empty(), affinity),
                waiter);
    }
}
