package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
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

    private static final int RECENT_MAX = 16;

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
    private final ArrayDeque<Decision> recent = new ArrayDeque<>();
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

    /** Nodepools that were open stay so as long as those before them are the same. */
    void inherit(SpillOver before) {
        for (var rank = 0; rank < open.length; rank++) {
            var was = before.nodepools.indexOf(nodepools.get(rank));
            if (was >= 0) {
                lastUsed[rank] = before.lastUsed[was];
                last.set(rank, before.last.get(was));
            }
            open[rank] = rank == 0 || (was == rank && open[rank - 1] && before.open[was]);
        }
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
        if (!isSharing()) {
            return false;
        }
        var next = isNextOfFixedShare();
        owed += rule.share();
        owed -= next ? 1 : 0;
        return next;
    }

    /** The same of the next request, without counting one. */
    boolean isNextOfFixedShare() {
        return isSharing() && owed + rule.share() >= 1;
    }

    private boolean isSharing() {
        return rule.mode() == Spillover.Mode.FIXED && openCount() > 1;
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
    private Optional<String> whyFull(Pool pool, int queued, Duration oldest) {
        var load = load(pool, queued, oldest);
        return load.full() ? Optional.of(load.why()) : Optional.empty();
    }

    /** Whether a nodepool is fully loaded, and why or why not, as the end of a sentence that begins with its name. */
    record Load(boolean full, String why) {}

    Load load(Pool pool, int queued, Duration oldest) {
        if (pool.down().isPresent()) {
            return new Load(true, "is down: " + pool.down().get());
        }
        if (pool.freeSlots() > 0) {
            return new Load(false, "has a free slot");
        }
        if (queued == 0) {
            return new Load(false, "has no free slot, but nobody waits for one");
        }
        if (!pool.atLimit()) {
            return new Load(false, "has no free slot, but a further replica may come");
        }
        if (oldest.toMillis() >= rule.queueAgeThresholdMs()) {
            return new Load(
                    true,
                    "is fully loaded: the oldest of " + queued + " queued requests has waited " + oldest.toMillis()
                            + " ms, and no further replica is to come");
        }
        if (queued >= amountThreshold(pool)) {
            return new Load(
                    true, "is fully loaded: " + queued + " requests are queued, and no further replica is to come");
        }
        return new Load(false, "has no free slot, but the queue is below both thresholds");
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

    /** The last changes of all nodepools, oldest first. */
    List<Decision> recent() {
        return List.copyOf(recent);
    }

    long amountThreshold(Pool pool) {
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
    Optional<Instant> soonerThan(int next, List<Pool> pools, Instant now) {
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
        changes.add(decide(next, "held back", whyHeld(next, why, sooner, pool, now), now, sooner));
    }

    private String whyHeld(int next, String why, Instant sooner, Pool pool, Instant now) {
        return nodepools.get(next - 1) + " " + why + "; but a replica that starts already will be ready in "
                + Duration.between(now, sooner).toMillis() + " ms, one of this nodepool only in "
                + pool.coldStart().orElseThrow().toMillis() + " ms";
    }

    /** Why a nodepool after the first takes requests or not, by the same rule that opens it. Changes nothing. */
    String why(int rank, List<Pool> pools, int queued, Duration oldest, Instant now) {
        if (open[rank]) {
            return last.get(rank)
                    .map(decision -> "open since " + decision.at() + ", because " + decision.why())
                    .orElse("open");
        }
        var before = nodepools.get(rank - 1);
        if (!open[rank - 1]) {
            return "closed, because " + before + " is closed";
        }
        var load = load(pools.get(rank - 1), queued, oldest);
        if (!load.full()) {
            return "closed, because " + before + " " + load.why();
        }
        return soonerThan(rank, pools, now)
                .map(sooner -> "held back, because " + whyHeld(rank, load.why(), sooner, pools.get(rank), now))
                .orElse("about to open, because " + before + " " + load.why());
    }

    private Decision decide(int rank, String what, String why, Instant now, @Nullable Instant until) {
        var decision = new Decision(now, nodepools.get(rank), what, why, Optional.ofNullable(until));
        last.set(rank, Optional.of(decision));
        if (recent.size() == RECENT_MAX) {
            recent.removeFirst();
        }
        recent.addLast(decision);
        return decision;
    }
}
