package dev.forebay.telemetry;

import dev.forebay.agent.RunObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** How agentic runs and the tool calls in them fare. */
final class RunMetrics implements RunObserver, Rows.Kept {
    private static final int STOP_REASONS_MAX = 20;

    private record ToolLabels(String model, String server, String tool, String error) {}

    private record Outcome(String server, String outcome) {}

    private record Budget(String model, String budget) {}

    private record RunLabels(String model, String stopReason, String error) {}

    private record Run(Timer duration, DistributionSummary rounds, Counter stops) {}

    private final MeterRegistry registry;
    private final Words models;
    private final ToolWords tools;
    private final Words errors = Words.first(Operations.ERRORS_MAX);
    private final Words stopReasons = Words.first(STOP_REASONS_MAX);
    private final Meters<ToolLabels, Timer> calls =
            new Meters<>(new ToolLabels(Words.OTHER, Words.OTHER, Words.OTHER, Words.OTHER), this::makeCall);
    private final Meters<RunLabels, Run> runs =
            new Meters<>(new RunLabels(Words.OTHER, Words.OTHER, Words.OTHER), this::makeRun);

    private final Meters<Outcome, Counter> outcomes =
            new Meters<>(new Outcome(Words.OTHER, Words.OTHER), this::makeOutcome);
    private final Meters<Budget, Counter> budgets =
            new Meters<>(new Budget(Words.OTHER, Words.OTHER), this::makeBudget);
    private final Words budgetWords = Words.first(STOP_REASONS_MAX);

    RunMetrics(MeterRegistry registry, Names names) {
        this.registry = registry;
        this.models = names.models();
        this.tools = names.tools();
    }

    @Override
    public void toolEnded(ToolEnd end) {
        calls.of(new ToolLabels(
                        models.of(end.model()),
                        tools.server(end.server()),
                        tools.tool(end.server(), end.tool()),
                        errors.of(end.error())))
                .record(end.took());
        outcomes.of(new Outcome(tools.server(end.server()), end.error() == null ? "ok" : errors.of(end.error())))
                .increment();
    }

    @Override
    public void runEnded(RunEnd end) {
        var run = runs.of(
                new RunLabels(models.of(end.model()), stopReasons.of(end.stopReason()), errors.of(end.error())));
        run.duration.record(end.took());
        run.rounds.record(end.rounds());
        run.stops.increment();
        for (var budget : end.budgets()) {
            budgets.of(new Budget(models.of(end.model()), budgetWords.of(budget)))
                    .increment();
        }
    }

    @Override
    public void forgetWhatIsGone() {
        calls.forget(labels -> models.lacks(labels.model) || tools.lacks(labels.server));
        outcomes.forget(labels -> tools.lacks(labels.server));
        budgets.forget(labels -> models.lacks(labels.model));
        runs.forget(labels -> models.lacks(labels.model));
    }

    private Timer makeCall(ToolLabels labels) {
        return Buckets.TOOL
                .timer("gen_ai.execute_tool.duration")
                .tag("gen_ai.tool.name", labels.tool)
                // The conventions' word for a tool that runs on the agent's side.
                .tag("gen_ai.tool.type", "extension")
                .tag("gen_ai.agent.name", labels.model)
                .tag("mcp.server", labels.server)
                .tag("error.type", labels.error)
                .register(registry);
    }

    private Counter makeOutcome(Outcome labels) {
        return Counter.builder("forebay.tool.calls")
                .description("Tool calls by the server that they were meant for and by how they ended")
                .tag("server", labels.server)
                .tag("outcome", labels.outcome)
                .register(registry);
    }

    private Counter makeBudget(Budget labels) {
        return Counter.builder("forebay.agent.budgets.met")
                .description("Agentic requests that a budget kept from something")
                .tag("model", labels.model)
                .tag("budget", labels.budget)
                .register(registry);
    }

    private Run makeRun(RunLabels labels) {
        return new Run(
                Buckets.AGENT
                        .timer("gen_ai.invoke_agent.duration")
                        .tag("gen_ai.agent.name", labels.model)
                        .tag("gen_ai.request.model", labels.model)
                        .tag("error.type", labels.error)
                        .register(registry),
                Buckets.ROUNDS
                        .summary("forebay.agent.rounds")
                        .description("Model turns of an agentic request")
                        .tag("model", labels.model)
                        .register(registry),
                Counter.builder("forebay.agent.stops")
                        .description("Agentic requests by why they ended")
                        .tag("model", labels.model)
                        .tag("reason", labels.stopReason)
                        .register(registry));
    }
}
