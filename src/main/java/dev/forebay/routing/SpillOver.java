package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of a deployment's nodepools take requests. The first always does; the next one opens once the one before it is
 * fully loaded, or down, and closes after it has served nobody for a while. What an open nodepool takes is not decided
 * here: a request goes to the first open one with a free slot, so that its share is what the ones before it cannot take
 * (docs/guides/nodepools.md). Guarded by the deployment's lock.
 */
final class SpillOver {
    /** The least that waits before a nodepool counts as loaded by amount, however small it is. */
    static final int AMOUNT_MIN = 8;

    /** A cold start that was measured less often is not known: the gate does not hold back for it. */
    static final int MEASURED_MIN = 3;

    /**
     * One nodepool at this moment, as this deployment sees it.
     *
     * @param freeSlots that a request could have now
     * @param capacity slots of all ready replicas
     * @param atLimit no further replica is to come: the deployment's maximum is reached, or the nodepool's
     * @param down why nobody need wait for it; empty if it serves, starts or rests
     * @param readyNext when the next of the replicas that start now will be ready, as far as measured
     * @param coldStart how long a start takes; empty if measured less than {@link #MEASURED_MIN} times
     */
    record Pool(
            int ready,
            int starting,
            int freeSlots,
            int capacity,
            boolean atLimit,
            Optional<String> down,
            Optional<Instant> readyNext,
            Optional<Duration> coldStart) {}

    private final List<String> nodepools;
    private final Spillover rule;
    private final boolean[] open;
    private final Instant[] lastUsed;
    private final List<Optional<Decision>> last;
    private double owed;

    SpillOver(List<String> nodepools, Spillover rule) {
        this.nodepools = List.copyOf(nodepools);
        this.rule = rule;
        this.open = new boolean[nodepools.size()];
        this.lastUsed = new Instant[nodepools.size()];
        this.last = new ArrayList<>();
        for (var i = 0; i < open.length; i++) {
            lastUsed[i] = Instant.MIN;
            last.add(Optional.empty());
        }
        open[0] = true;
    }

    boolean isOpen(int rank) {
        return open[rank];
    }

    /** How many are open: always the first so many. */
    int openCount() {
        var count = 1;
        while (count < open.length && open[count]) {
            count++;
        }
        return count;
    }

    void used(int rank, Instant now) {
        lastUsed[rank] = now;
    }

    /**
     * In fixed mode: whether this request is of the share that goes to the nodepool after the first open one. A remainder
     * is carried over, so that of a hundred requests the share is met to the request.
     */
    boolean isOfFixedShare() {
        if (rule.mode() != Spillover.Mode.FIXED || openCount() < 2) {
            return false;
        }
        owed += rule.share();
        if (owed < 1) {
            return false;
        }
        owed -= 1;
        return true;
    }

    /**
     * Looks at the rule; to be called with each event that could change it, and on every tick.
     *
     * @param queued requests that wait for this deployment
     * @param oldest how long the first of them has waited
     * @return what changed
     */
    List<Decision> update(List<Pool> pools, int queued, Duration oldest, Instant now) {
        var changes = new ArrayList<Decision>();
        for (var next = 1; next < open.length; next++) {
            if (open[next]) {
                if (isToClose(next, pools, queued, now)) {
                    open[next] = false;
                    changes.add(
                            decide(next, "closed", "served nobody for " + rule.closeDelaySeconds() + " s", now, null));
                }
                continue;
            }
            if (!open[next - 1]) {
                break;
            }
            var why = whyFull(pools.get(next - 1), queued, oldest);
            if (why.isEmpty()) {
                continue;
            }
            var sooner = soonerThan(next, pools, now);
            if (sooner.isPresent()) {
                hold(next, why.get(), sooner.get(), pools.get(next), now, changes);
            } else {
                open[next] = true;
                lastUsed[next] = now;
                changes.add(decide(next, "opened", nodepools.get(next - 1) + " " + why.get(), now, null));
            }
        }
        return changes;
    }

    /** Why the nodepool is fully loaded; empty if it is not. */
    Optional<String> whyFull(Pool pool, int queued, Duration oldest) {
        if (pool.down().isPresent()) {
            return Optional.of("is down: " + pool.down().get());
        }
        if (pool.freeSlots() > 0 || queued == 0 || !pool.atLimit()) {
            return Optional.empty();
        }
        if (oldest.toMillis() >= rule.queueAgeThresholdMs()) {
            return Optional.of("is fully loaded: the oldest of " + queued + " queued requests has waited "
                    + oldest.toMillis() + " ms, and no further replica is to come");
        }
        if (queued >= amountThreshold(pool)) {
            return Optional.of(
                    "is fully loaded: " + queued + " requests are queued, and no further replica is to come");
        }
        return Optional.empty();
    }

    /** Whether a threshold of the queue is passed and nothing is free: for the scaler a burst. */
    boolean isLoaded(Pool pool, int queued, Duration oldest) {
        return pool.freeSlots() == 0
                && queued > 0
                && (oldest.toMillis() >= rule.queueAgeThresholdMs() || queued >= amountThreshold(pool));
    }

    NodepoolState state(int rank, Pool pool, int queued, Duration oldest) {
        if (pool.down().isPresent()) {
            return NodepoolState.DOWN;
        }
        if (pool.ready() == 0) {
            return pool.starting() > 0 ? NodepoolState.WARMING : NodepoolState.IDLE;
        }
        if (rank + 1 < open.length && open[rank + 1]) {
            return NodepoolState.SPILLING;
        }
        return whyFull(pool, queued, oldest).isPresent() ? NodepoolState.SATURATED : NodepoolState.ACTIVE;
    }

    Optional<Decision> lastDecision(int rank) {
        return last.get(rank);
    }

    private long amountThreshold(Pool pool) {
        return rule.queueAmountThreshold().orElse(Math.max(AMOUNT_MIN, pool.capacity()));
    }

    private boolean isToClose(int rank, List<Pool> pools, int queued, Instant now) {
        return pools.get(rank - 1).down().isEmpty()
                && (queued == 0 || pools.get(rank - 1).freeSlots() > 0)
                && !now.isBefore(lastUsed[rank].plusSeconds(rule.closeDelaySeconds()));
    }

    /**
     * The gate: when a replica that already starts in a nodepool before this one will be ready, if that is sooner than one
     * of this nodepool could be. One that should have been ready by now is no reason to wait.
     */
    private Optional<Instant> soonerThan(int next, List<Pool> pools, Instant now) {
        var pool = pools.get(next);
        if (!rule.etaGate() || pool.ready() > 0 || pool.coldStart().isEmpty()) {
            return Optional.empty();
        }
        if (pools.get(next - 1).down().isPresent()) {
            return Optional.empty();
        }
        var couldBe = now.plus(pool.coldStart().get());
        return pools.subList(0, next).stream()
                .flatMap(before -> before.readyNext().stream())
                .filter(done -> done.isAfter(now) && done.isBefore(couldBe))
                .min(Instant::compareTo);
    }

    private void hold(int next, String why, Instant sooner, Pool pool, Instant now, List<Decision> changes) {
        var held = last.get(next).filter(decision -> decision.what().equals("held back"));
        if (held.isPresent() && held.get().until().equals(Optional.of(sooner))) {
            return;
        }
        changes.add(decide(
                next,
                "held back",
                nodepools.get(next - 1) + " " + why + "; but a replica that starts already will be ready in "
                        + Duration.between(now, sooner).toMillis() + " ms, one of this nodepool only in "
                        + pool.coldStart().orElseThrow().toMillis() + " ms",
                now,
                sooner));
    }

    private Decision decide(int rank, String what, String why, Instant now, @Nullable Instant until) {
        var decision = new Decision(now, nodepools.get(rank), what, why, Optional.ofNullable(until));
        last.set(rank, Optional.of(decision));
        return decision;
    }
}
