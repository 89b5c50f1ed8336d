package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one deployment: which replica gets a request, who waits, who is refused. No clock, thread or I/O inside;
 * its caller holds the deployment's lock. Answers are actions to be carried out outside the lock.
 */
final class RouterCore {
    /** A replica that failed is passed over this long where another one is free. */
    private static final Duration AVOIDED = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER_MAX = Duration.ofSeconds(60);

    /** What is to be done for one waiting request. */
    sealed interface Action {
        record Grant(Ticket ticket, Slots slots, Duration queued) implements Action {}

        record Refuse(Ticket ticket, ModelFailure failure) implements Action {}
    }

    /** A request that may have to wait; compared by identity. */
    static final class Ticket {
        final LeaseRequest request;
        final Waiter waiter;
        final Instant arrived;

        Ticket(LeaseRequest request, Waiter waiter, Instant arrived) {
            this.request = request;
            this.waiter = waiter;
            this.arrived = arrived;
        }
    }

    private final Deployment deployment;
    private final Map<String, Integer> slotsByNodepool;
    private final Occupancy occupancy;
    private final Map<String, Slots> slots = new LinkedHashMap<>();
    private final Map<String, Replica.State> states = new LinkedHashMap<>();
    private final ArrayDeque<Ticket> queue = new ArrayDeque<>();
    private double serviceSeconds = 1;

    /**
     * @param slotsByNodepool requests in flight at one replica of a nodepool, 0 for no limit
     * @param occupancy shared by all deployments
     */
    RouterCore(Deployment deployment, Map<String, Integer> slotsByNodepool, Occupancy occupancy) {
        this.deployment = deployment;
        this.occupancy = occupancy;
        this.slotsByNodepool = slotsByNodepool;
    }

    List<Action> arrive(Ticket ticket, Instant now) {
        var free = take(ticket.request.excluded(), now);
        if (free != null) {
            return List.of(grant(ticket, free, now));
        }
        if (ticket.request.excluded().containsAll(slots.keySet())
                && !ticket.request.excluded().isEmpty()) {
            return refuse(ticket, new ModelFailure.NoCapacity("no other replica to try", retryAfter()));
        }
        var down = whyDown();
        if (down != null) {
            return refuse(ticket, new ModelFailure.NoCapacity(down, retryAfter()));
        }
        if (queue.size() >= deployment.queue().requestsMax()) {
            var message = "the queue of model " + deployment.model() + " is full (" + queue.size()
                    + " requests); try again later";
            return refuse(ticket, new ModelFailure.Overloaded(message, retryAfter()));
        }
        queue.add(ticket);
        return List.of();
    }

    /** What has fallen free is given to whoever waits by {@link #drain}. */
    void release(Slots taken, Lease.Ended ended, Duration served, Instant now) {
        taken.inFlight--;
        taken.seats.giveBack();
        switch (ended) {
            case SERVED -> {
                taken.avoidUntil = Instant.MIN;
                serviceSeconds += 0.1 * (served.toMillis() / 1000.0 - serviceSeconds);
            }
            case FAILED, UNREACHABLE, BUSY -> taken.avoidUntil = now.plus(AVOIDED);
            case UNKNOWN -> {}
        }
    }

    List<Action> changed(Replica replica, Instant now) {
        states.put(replica.id(), replica.state());
        if (replica.state() instanceof Replica.State.Ready(var endpoint)) {
            var known = slots.computeIfAbsent(
                    replica.id(),
                    id -> new Slots(
                            id,
                            replica.nodepool(),
                            deployment.nodepoolIds().indexOf(replica.nodepool()),
                            occupancy.at(id, slotsByNodepool.getOrDefault(replica.nodepool(), 0)),
                            endpoint));
            known.endpoint = endpoint;
            known.ready = true;
            known.avoidUntil = Instant.MIN;
        } else {
            slots.computeIfPresent(replica.id(), (_, known) -> {
                known.ready = false;
                return known;
            });
        }
        var actions = new ArrayList<>(drain(now));
        var down = whyDown();
        while (down != null && !queue.isEmpty()) {
            actions.add(new Action.Refuse(queue.poll(), new ModelFailure.NoCapacity(down, retryAfter())));
        }
        return actions;
    }

    boolean cancel(Ticket ticket) {
        return queue.remove(ticket);
    }

    /** Refuses those who have waited too long. */
    List<Action> tick(Instant now) {
        if (queue.isEmpty()) {
            return List.of();
        }
        var warm = slots.values().stream().anyMatch(s -> s.ready);
        var patience = warm ? deployment.queue().timeout() : deployment.queue().coldTimeout();
        var actions = new ArrayList<Action>();
        queue.removeIf(ticket -> {
            var waited = Duration.between(ticket.arrived, now);
            if (waited.compareTo(patience) < 0 && now.isBefore(ticket.request.deadline())) {
                return false;
            }
            var message = "model " + deployment.model() + (warm ? " is busy" : " has no replica that is ready")
                    + ": waited " + waited.toSeconds() + " s for a slot; try again later";
            actions.add(new Action.Refuse(
                    ticket,
                    warm
                            ? new ModelFailure.Overloaded(message, retryAfter())
                            : new ModelFailure.NoCapacity(message, retryAfter())));
            return true;
        });
        return actions;
    }

    int queued() {
        return queue.size();
    }

    Duration oldest(Instant now) {
        var head = queue.peek();
        return head == null ? Duration.ZERO : Duration.between(head.arrived, now);
    }

    /** When the first of those who wait came; far in the future if nobody waits. */
    Instant waitingSince() {
        var head = queue.peek();
        return head == null ? Instant.MAX : head.arrived;
    }

    int inFlight(String nodepool) {
        return slots.values().stream()
                .filter(s -> s.nodepool.equals(nodepool))
                .mapToInt(s -> s.inFlight)
                .sum();
    }

    int ready(String nodepool) {
        return (int) slots.values().stream()
                .filter(s -> s.ready && s.nodepool.equals(nodepool))
                .count();
    }

    /** Hands what is free to those who wait. */
    List<Action> drain(Instant now) {
        if (queue.isEmpty()) {
            return List.of();
        }
        var actions = new ArrayList<Action>();
        for (var waiting = queue.iterator(); waiting.hasNext(); ) {
            var ticket = waiting.next();
            var free = take(ticket.request.excluded(), now);
            if (free == null) {
                if (ticket.request.excluded().isEmpty()) {
                    break; // nothing is free for anyone
                }
                continue;
            }
            waiting.remove();
            actions.add(grant(ticket, free, now));
        }
        return actions;
    }

    private Action.Grant grant(Ticket ticket, Slots free, Instant now) {
        free.inFlight++;
        free.served++;
        return new Action.Grant(ticket, free, Duration.between(ticket.arrived, now));
    }

    private @Nullable Slots take(Set<String> excluded, Instant now) {
        while (true) {
            var best = choose(excluded, now);
            if (best == null || best.seats.take()) {
                return best;
            }
        }
    }

    /** The first nodepool with a free slot; in it the least busy replica, and the one that has served least on a tie. */
    private @Nullable Slots choose(Set<String> excluded, Instant now) {
        Slots best = null;
        for (var candidate : slots.values()) {
            if (candidate.isFree()
                    && (excluded.isEmpty() || !excluded.contains(candidate.replica))
                    && (best == null || isBetter(candidate, best, now))) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean isBetter(Slots candidate, Slots best, Instant now) {
        var avoided = candidate.avoidUntil.isAfter(now);
        if (avoided != best.avoidUntil.isAfter(now)) {
            return !avoided;
        }
        if (candidate.rank != best.rank) {
            return candidate.rank < best.rank;
        }
        var busier = Integer.compare(candidate.seats.taken(), best.seats.taken());
        return busier != 0 ? busier < 0 : candidate.served < best.served;
    }

    /** Why nobody need wait: every replica is down for good reason; null while one serves or starts. */
    private @Nullable String whyDown() {
        String reason = null;
        for (var entry : states.entrySet()) {
            switch (entry.getValue()) {
                case Replica.State.Starting _, Replica.State.Ready _, Replica.State.NoCapacity _ -> {
                    return null;
                }
                case Replica.State.Failed failed -> {
                    if (!failed.down()) {
                        return null;
                    }
                    reason = "model " + deployment.model() + " cannot be served: replica " + entry.getKey() + ": "
                            + failed.brief() + "; the gateway's log says more";
                }
                case Replica.State.Stopped _ -> {}
            }
        }
        return reason;
    }

    private Duration retryAfter() {
        var capacity = slots.values().stream()
                .filter(s -> s.ready)
                .mapToInt(s -> Math.max(1, s.seats.limit()))
                .sum();
        var seconds = Math.ceil(queue.size() * serviceSeconds / Math.max(1, capacity));
        return Duration.ofSeconds(Math.clamp((long) seconds, 1, RETRY_AFTER_MAX.toSeconds()));
    }

    private static List<Action> refuse(Ticket ticket, ModelFailure failure) {
        return List.of(new Action.Refuse(ticket, failure));
    }
}
