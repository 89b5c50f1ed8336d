package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.RunObserver.RunEnd;
import dev.forebay.agent.RunObserver.ToolEnd;
import dev.forebay.chat.Call;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a run has used and done so far, whether it ends well or not. Used on the run's thread only. */
final class Account {
    private final String model;
    private final Call call;
    private final RunObserver observer;
    private final LongSupplier nanos;
    private final RunMemory.Share memory;
    private final long startedAt;
    private final RunTrace trace = new RunTrace();
    private final Effects effects = new Effects();
    private Usage usage = Usage.NONE;
    private int toolCalls;
    private String stopReason = "error";

    Account(String model, Call call, RunObserver observer, LongSupplier nanos, RunMemory.Share memory) {
        this.model = model;
        this.call = call;
        this.observer = observer;
        this.nanos = nanos;
        this.memory = memory;
        this.startedAt = nanos.getAsLong();
    }

    void round(int round, String finishReason, Usage spent, Duration took) {
        usage = usage.plus(spent);
        trace.round(round, finishReason, spent, took);
    }

    void toolCalled() {
        toolCalls++;
    }

    /** @param server the name for metrics, from a bounded set */
    void toolEnded(String server, String tool, @Nullable String error, int resultBytes, Duration took) {
        observer.toolEnded(new ToolEnd(call.requestId(), model, server, tool, error, resultBytes, took));
    }

    /** The run has met this budget. */
    void met(String budget) {
        trace.met(budget);
    }

    void stopped(String reason) {
        stopReason = reason;
    }

    /** Called once, when everything else is done. */
    void ended(@Nullable String error) {
        memory.release();
        observer.runEnded(new RunEnd(
                call.requestId(),
                model,
                trace.rounds(),
                toolCalls,
                error == null ? stopReason : "error",
                error,
                trace.budgets(),
                usage,
                Duration.ofNanos(nanos.getAsLong() - startedAt)));
    }

    ParkedTurn.Spent spent() {
        return new ParkedTurn.Spent(trace.rounds(), toolCalls, usage);
    }

    ObjectNode toJson() {
        return trace.toJson(toolCalls, stopReason);
    }

    RunMemory.Share memory() {
        return memory;
    }

    Usage usage() {
        return usage;
    }

    RunTrace trace() {
        return trace;
    }

    Effects effects() {
        return effects;
    }
}
