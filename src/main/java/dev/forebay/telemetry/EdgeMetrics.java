package dev.forebay.telemetry;

import dev.forebay.http.EdgeObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Who was turned away at the edge and which streams broke off. All series are there from the start, at zero. */
final class EdgeMetrics implements EdgeObserver {
    private final Map<AuthFailure, Counter> authFailures;
    private final Map<Limit, Counter> limits;
    private final Map<Abort, Counter> aborts;
    private final Map<Object, LongSupplier> streams = new ConcurrentHashMap<>();

    EdgeMetrics(MeterRegistry registry) {
        authFailures = counters(
                AuthFailure.class,
                AuthFailure::word,
                word -> Counter.builder("forebay.auth.failures")
                        .description("Requests that were answered with 401 or 403")
                        .tag("reason", word)
                        .register(registry));
        limits = counters(
                Limit.class,
                Limit::word,
                word -> Counter.builder("forebay.limit.rejections")
                        .description("Requests that went over a limit")
                        .tag("limit", word)
                        .register(registry));
        aborts = counters(
                Abort.class,
                Abort::word,
                word -> Counter.builder("forebay.sse.aborts")
                        .description("Streams that ended without their terminal event")
                        .tag("reason", word)
                        .register(registry));
        Gauge.builder("forebay.sse.clients", streams::size)
                .description("Streams that are being sent")
                .register(registry);
        Gauge.builder("forebay.sse.pending", this::unreadBytes)
                .description("What streams have written and their clients have not read yet")
                .baseUnit("bytes")
                .register(registry);
    }

    private long unreadBytes() {
        return streams.values().stream().mapToLong(LongSupplier::getAsLong).sum();
    }

    @Override
    public Runnable streamBegan(LongSupplier unreadBytes) {
        var stream = new Object();
        streams.put(stream, unreadBytes);
        return () -> streams.remove(stream);
    }

    @Override
    public void authFailed(AuthFailure reason) {
        count(authFailures, reason);
    }

    @Override
    public void limitRejected(Limit limit) {
        count(limits, limit);
    }

    @Override
    public void streamAborted(Abort reason) {
        count(aborts, reason);
    }

    private static <E extends Enum<E>> Map<E, Counter> counters(
            Class<E> type, Function<E, String> word, Function<String, Counter> make) {
        var counters = new EnumMap<E, Counter>(type);
        for (var value : type.getEnumConstants()) {
            counters.put(value, make.apply(word.apply(value)));
        }
        return counters;
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E value) {
        var counter = counters.get(value);
        if (counter != null) {
            counter.increment();
        }
    }
}
