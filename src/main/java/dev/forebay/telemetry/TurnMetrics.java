package dev.forebay.telemetry;

import dev.forebay.chat.TurnObserver;
import dev.forebay.chat.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What model turns cost and how they end: the gateway as a client of its replicas. */
final class TurnMetrics implements TurnObserver, Rows.Kept {
    private record Labels(String operation, String model, String nodepool, String error) {}

    private record Recorded(
            Timer duration,
            Timer firstChunk,
            Timer outputChunk,
            DistributionSummary input,
            DistributionSummary output,
            DistributionSummary cached,
            DistributionSummary reasoning,
            Timer queued,
            Counter retries,
            Counter upstream) {}

    private final MeterRegistry registry;
    private final Words models;
    private final Words nodepools;
    private final Words operations = Words.known(Operations.ALL);
    private final Words errors = Words.first(Operations.ERRORS_MAX);
    private final Meters<Labels, Recorded> meters =
            new Meters<>(new Labels(Words.OTHER, Words.OTHER, Words.OTHER, Words.OTHER), this::make);

    TurnMetrics(MeterRegistry registry, Names names) {
        this.registry = registry;
        this.models = names.models();
        this.nodepools = names.nodepools();
    }

    @Override
    public void ended(Turn turn, Outcome outcome, Usage usage) {
        var recorded = meters.of(new Labels(
                operations.of(turn.operation()),
                models.of(turn.model()),
                nodepools.of(outcome.nodepool()),
                errors.of(outcome.error())));
        recorded.duration.record(outcome.took());
        recorded.queued.record(outcome.queued());
        if (outcome.firstChunk() != null) {
            recorded.firstChunk.record(outcome.firstChunk());
            if (outcome.chunks() > 1) {
                recorded.outputChunk.record(
                        outcome.took().minus(outcome.firstChunk()).dividedBy(outcome.chunks() - 1));
            }
        }
        if (outcome.attempts() > 1) {
            recorded.retries.increment(outcome.attempts() - 1.0);
        }
        if (outcome.nodepool() != null) {
            recorded.upstream.increment();
        }
        record(recorded.input, usage.prompt());
        record(recorded.output, usage.completion());
        record(recorded.cached, usage.cached());
        record(recorded.reasoning, usage.reasoning());
    }

    @Override
    public void forgetWhatIsGone() {
        meters.forget(labels -> models.lacks(labels.model) || nodepools.lacks(labels.nodepool));
    }

    private static void record(DistributionSummary summary, long tokens) {
        if (tokens > 0) {
            summary.record((double) tokens);
        }
    }

    private Recorded make(Labels labels) {
        var tags = new GenAi(labels.operation, labels.model, labels.error).tags();
        return new Recorded(
                Buckets.OPERATION
                        .timer("gen_ai.client.operation.duration")
                        .tags(tags)
                        .register(registry),
                Buckets.OPERATION
                        .timer("gen_ai.client.operation.time_to_first_chunk")
                        .tags(tags)
                        .register(registry),
                // One mean a turn: a sample for every chunk would cost the relay more than the chunk itself.
                Buckets.OUTPUT_CHUNK
                        .timer("gen_ai.client.operation.time_per_output_chunk")
                        .tags(tags)
                        .register(registry),
                tokens(labels, "input"),
                tokens(labels, "output"),
                tokens(labels, "cached_input"),
                tokens(labels, "reasoning"),
                Buckets.QUEUE
                        .timer("forebay.queue.wait")
                        .description("Time that turns waited for a slot at a replica")
                        .tag("deployment", labels.model)
                        .register(registry),
                Counter.builder("forebay.retries")
                        .description("Attempts of turns after their first")
                        .tag("deployment", labels.model)
                        .register(registry),
                Counter.builder("forebay.upstream.requests")
                        .description("Turns by the nodepool that served them last and by how they ended")
                        .tag("nodepool", labels.nodepool)
                        .tag("outcome", labels.error.isEmpty() ? "ok" : labels.error)
                        .register(registry));
    }

    private DistributionSummary tokens(Labels labels, String type) {
        return Buckets.TOKENS
                .summary("gen_ai.client.token.usage")
                .tags(new GenAi(labels.operation, labels.model, labels.error).tags())
                .tag("gen_ai.token.type", type)
                .register(registry);
    }
}
