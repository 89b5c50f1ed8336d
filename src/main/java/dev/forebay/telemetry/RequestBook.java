package dev.forebay.telemetry;

import dev.forebay.agent.RunObserver;
import dev.forebay.chat.TurnObserver;
import dev.forebay.chat.Usage;
import dev.forebay.http.EdgeObserver.RequestEnd;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the turns and tool calls of each request until the request has ended and no turn of it is open, and hands over
 * the sum once. Clients may choose request ids, so two open requests may have the same: both are handed over, but their
 * sums may go to either.
 */
final class RequestBook implements TurnObserver, RunObserver {
    /** Requests beyond these are handed over without sums. */
    private static final int OPEN_MAX = 100_000;

    private static final class Open {
        private int turns;
        private int attempts;
        private @Nullable String nodepool;
        private Duration queued = Duration.ZERO;
        private Usage usage = Usage.NONE;
        private int rounds;
        private int toolCalls;
        private @Nullable RequestEnd end;
        private volatile boolean finished;

        synchronized void begin() {
            turns++;
        }

        synchronized @Nullable RequestSummary add(Turn turn, Outcome outcome, Usage used) {
            turns--;
            attempts += outcome.attempts();
            nodepool = outcome.nodepool() == null ? nodepool : outcome.nodepool();
            queued = queued.plus(outcome.queued());
            usage = usage.plus(used);
            rounds = Math.max(rounds, turn.round());
            return sum();
        }

        synchronized void addToolCall() {
            toolCalls++;
        }

        /** What is to be handed over now; an end that still waits gives way to the next. */
        synchronized @Nullable RequestSummary end(RequestEnd next) {
            var waiting = end;
            end = next;
            return waiting == null || turns == 0 ? sum() : RequestSummary.of(waiting);
        }

        private @Nullable RequestSummary sum() {
            if (finished || end == null || turns > 0) {
                return null;
            }
            finished = true;
            return new RequestSummary(end, attempts, nodepool, queued, usage, rounds, toolCalls);
        }
    }

    private final Map<String, Open> requests = new ConcurrentHashMap<>();
    private final Consumer<RequestSummary> next;

    RequestBook(Consumer<RequestSummary> next) {
        this.next = next;
    }

    @Override
    public void admit(Turn turn) {
        var open = requests.get(turn.requestId());
        if (open == null && requests.size() < OPEN_MAX) {
            open = requests.computeIfAbsent(turn.requestId(), _ -> new Open());
        }
        if (open != null) {
            open.begin();
        }
    }

    @Override
    public void ended(Turn turn, Outcome outcome, Usage usage) {
        var open = requests.get(turn.requestId());
        if (open != null) {
            handOver(open, open.add(turn, outcome, usage));
        }
    }

    @Override
    public void toolEnded(ToolEnd end) {
        var open = requests.get(end.requestId());
        if (open != null) {
            open.addToolCall();
        }
    }

    void requestEnded(RequestEnd end) {
        var open = requests.get(end.requestId());
        if (open == null) {
            next.accept(RequestSummary.of(end));
        } else {
            handOver(open, open.end(end));
        }
    }

    int open() {
        return requests.size();
    }

    private void handOver(Open open, @Nullable RequestSummary sum) {
        if (sum == null) {
            return;
        }
        if (open.finished) {
            requests.remove(sum.end().requestId(), open);
        }
        next.accept(sum);
    }
}
