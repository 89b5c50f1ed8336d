package dev.forebay.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Consumer;

/** How requests fare from where their clients stand: the gateway as a server. */
final class RequestMetrics implements Consumer<RequestSummary>, Rows.Kept {
    private static final int ROUTES_MAX = 100;
    private static final int STATUSES_MAX = 40;

    private record Served(Timer duration, Timer firstToken, Timer outputToken) {}

    private record Answer(String route, String status) {}

    private final MeterRegistry registry;
    private final Words models;
    private final Words operations = Words.known(Operations.ALL);
    private final Words errors = Words.first(Operations.ERRORS_MAX);
    private final Words routes = Words.first(ROUTES_MAX);
    private final Words statuses = Words.first(STATUSES_MAX);
    private final Meters<GenAi, Served> served = new Meters<>(GenAi.OTHER, this::makeServed);
    private final Meters<Answer, Counter> answers =
            new Meters<>(new Answer(Words.OTHER, Words.OTHER), this::makeAnswers);

    RequestMetrics(MeterRegistry registry, Names names) {
        this.registry = registry;
        this.models = names.models();
    }

    @Override
    public void accept(RequestSummary summary) {
        var end = summary.end();
        answers.of(new Answer(routes.of(end.route()), statuses.of(Integer.toString(end.status()))))
                .increment();
        if (end.operation() == null) {
            return;
        }
        var model = end.model() == null ? Words.OTHER : models.of(end.model());
        var meters = served.of(new GenAi(operations.of(end.operation()), model, errors.of(end.error())));
        meters.duration.record(end.took());
        if (end.firstChunk() != null) {
            meters.firstToken.record(end.firstChunk());
            var tokens = summary.usage().completion();
            if (tokens > 1) {
                meters.outputToken.record(perToken(end.took().minus(end.firstChunk()), tokens));
            }
        }
    }

    @Override
    public void forgetWhatIsGone() {
        served.forget(labels -> models.lacks(labels.model()));
    }

    /** As the conventions define it: without the first token and the time to it. */
    private static Duration perToken(Duration decoding, long tokens) {
        return decoding.isNegative() ? Duration.ZERO : decoding.dividedBy(tokens - 1);
    }

    private Served makeServed(GenAi labels) {
        return new Served(
                Buckets.OPERATION
                        .timer("gen_ai.server.request.duration")
                        .tags(labels.tags())
                        .register(registry),
                Buckets.FIRST_TOKEN
                        .timer("gen_ai.server.time_to_first_token")
                        .tags(labels.tags())
                        .register(registry),
                Buckets.OUTPUT_TOKEN
                        .timer("gen_ai.server.time_per_output_token")
                        .tags(labels.tags())
                        .register(registry));
    }

    private Counter makeAnswers(Answer answer) {
        return Counter.builder("forebay.http.requests")
                .description("Requests by route and status")
                .tag("route", answer.route)
                .tag("status", answer.status)
                .register(registry);
    }
}
