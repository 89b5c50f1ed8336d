package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas one deployment's load asks for in each of its nodepools. The load is what arrives times how long it is
 * served (Little's law), never less than what is in flight, and what it takes to work the queue off in {@link #QUEUE_GONE}.
 * It falls from nodepool to nodepool like water: each takes what its replicas that are ready can, the rest is asked of the
 * next one that is open. Guarded by the deployment's lock.
 */
final class Demand {
    /** Share of a replica's slots that is planned with, so that arrivals in clumps find one free. Knative's default. */
    static final double TARGET_UTILISATION = 0.7;

    static final Duration QUEUE_GONE = Duration.ofSeconds(30);

    private static final double RATE_SECONDS = 10;

    /** Until something was served. */
    private static final double SERVICE_SECONDS = 1;

    /**
     * @param slots of one replica, 0 for no limit
     * @param max replicas of this deployment there
     * @param chosen requests that wait for this nodepool and no other
     */
    record Pool(int slots, int ready, int max, boolean open, int chosen) {}

    private final double historySeconds;
    private final double[] servedSeconds;
    private final double[] served;
    private @Nullable Instant last;
    private long arrivals;
    private boolean quiet;
    private double rate;

    Demand(int nodepools, int trafficHistorySeconds) {
        this.historySeconds = trafficHistorySeconds;
        this.servedSeconds = new double[nodepools];
        this.served = new double[nodepools];
    }

    /** @param ranks for each rank here the one before, below zero where there was none */
    void inherit(Demand before, int[] ranks) {
        last = before.last;
        arrivals = before.arrivals;
        quiet = before.quiet;
        rate = before.rate;
        for (var rank = 0; rank < ranks.length; rank++) {
            if (ranks[rank] >= 0) {
                servedSeconds[rank] = before.servedSeconds[ranks[rank]];
                served[rank] = before.served[ranks[rank]];
            }
        }
    }

    void arrived() {
        arrivals++;
    }

    void served(int rank, Duration time) {
        servedSeconds[rank] += time.toNanos() / 1e9;
        served[rank]++;
    }

    /** Requests a second, over the last ten seconds or so. */
    double rate() {
        return rate;
    }

    /** How long a request is served, over the traffic history. */
    double serviceSeconds(int rank) {
        if (served[rank] > 0.01) {
            return servedSeconds[rank] / served[rank];
        }
        double seconds = 0;
        double count = 0;
        for (var i = 0; i < served.length; i++) {
            seconds += servedSeconds[i];
            count += served[i];
        }
        return count > 0.01 ? seconds / count : SERVICE_SECONDS;
    }

    /** To be called about once a second. */
    void tick(Instant now) {
        if (last == null) {
            last = now;
            return;
        }
        var seconds = Duration.between(last, now).toNanos() / 1e9;
        if (seconds <= 0) {
            return;
        }
        last = now;
        rate += (1 - Math.exp(-seconds / RATE_SECONDS)) * (arrivals / seconds - rate);
        quiet = arrivals == 0;
        arrivals = 0;
        var kept = Math.exp(-seconds / historySeconds);
        for (var i = 0; i < served.length; i++) {
            servedSeconds[i] *= kept;
            served[i] *= kept;
        }
    }

    /**
     * Replicas in each nodepool, not rounded, from 0 to its maximum.
     *
     * @param inFlight requests of this deployment at replicas
     * @param queued those that wait
     */
    List<Double> needs(List<Pool> pools, int inFlight, int queued) {
        var service = serviceSeconds(0);
        var slots = Math.max(inFlight, rate * service) + queued * service / QUEUE_GONE.toSeconds();
        if (inFlight + queued > 0) {
            slots = Math.max(slots, 1e-3);
        }
        var needs = new ArrayList<Double>();
        for (var rank = 0; rank < pools.size(); rank++) {
            var pool = pools.get(rank);
            double need = 0;
            if (pool.open && slots > 0) {
                var wanted = slots * serviceSeconds(rank) / service;
                need = pool.slots == 0 ? 1 : wanted / (pool.slots * TARGET_UTILISATION);
                slots = pool.slots == 0 && pool.ready > 0
                        ? 0
                        : Math.max(0, slots - pool.ready * pool.slots * TARGET_UTILISATION);
            }
            if (pool.chosen > 0) {
                need = Math.max(need, 1);
            }
            needs.add(Math.min(need, pool.max));
        }
        // A rate fades away slowly, but how long the last replica stays counts from the last request.
        var idle = quiet && arrivals == 0 && inFlight + queued == 0;
        return idle && needs.stream().mapToDouble(each -> each).sum() <= 1
                ? Collections.nCopies(needs.size(), 0.0)
                : needs;
    }
}
