package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import dev.forebay.compute.Replica;
import dev.forebay.routing.LiveNodepool.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one nodepool, shared by all deployments that name it: which of them gets a request, and how each of
 * them fares. Thread-safe; its lock is taken inside a deployment's, never the other way round, and nothing is called
 * while it is held. Granting and releasing a seat cost the same whatever the number of replicas.
 */
final class Fleet {
    private final String nodepool;
    private FleetSettings settings;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Choice choice;
    private final Health health;
    private final Totals totals;
    private final Census census = new Census();
    private long grants;
    private int inFlight;
    private Admission admission = Admission.OPEN;

    Fleet(String nodepool, FleetSettings settings, RandomGenerator random) {
        this.nodepool = nodepool;
        this.settings = settings;
        this.choice = new Choice(settings.slowStart(), random);
        this.health = new Health(settings.ejection(), choice);
        this.totals = choice.totals();
    }

    String nodepool() {
        return nodepool;
    }

    /** What is in flight counts on; a limit that each replica found for itself is found anew. */
    synchronized void configure(FleetSettings next) {
        if (next.equals(settings)) {
            return;
        }
        settings = next;
        choice.slowStart(next.slowStart());
        health.configure(next.ejection());
        for (var member : members.values()) {
            member.configure(next);
            choice.refile(member);
        }
        health.outliers().keepWithin(totals.eligible());
    }

    /** Whatever is there was started by a configuration that is not the one any more: the scaler replaces it. */
    synchronized void outdate() {
        members.values().forEach(member -> member.outdated = true);
    }

    /** Nothing is left of it. */
    synchronized boolean isEmpty() {
        return members.values().stream().allMatch(Member::isNote);
    }

    /**
     * A seat at a replica that may have one more request; null if there is none.
     *
     * @param excluded ids of replicas, few
     * @param key requests of equal keys meet at the same replica or two as long as that leaves the load even
     */
    synchronized @Nullable Seat take(Set<String> excluded, Optional<AffinityKey> key, Instant now) {
        health.forgive(now);
        var member = choice.choose(excluded, key, now);
        return member == null ? null : grant(member);
    }

    /** The answer has begun: what had failed before serves again. Of use where an answer takes long; may be left out. */
    synchronized void answered(Seat seat, Instant now) {
        if (!seat.released && seat.isCurrent()) {
            health.serves(seat.member, now);
            choice.refile(seat.member);
        }
    }

    /**
     * Once for each seat, however its request ended.
     *
     * @throws IllegalStateException if the seat was released before or is another fleet's
     */
    synchronized void release(Seat seat, Lease.Ended ended, Instant now) {
        if (seat.released || seat.fleet != this) {
            throw new IllegalStateException("the seat at " + seat.replica() + " is not taken here any more");
        }
        seat.released = true;
        var member = seat.member;
        if (seat.isCurrent()) {
            member.current--;
            health.learn(seat, ended, grants, now);
        }
        member.inFlight--;
        inFlight--;
        choice.refile(member);
        forgetIfGone(member);
    }

    /** A provider reports a replica's state. */
    synchronized void changed(Replica replica, Instant now) {
        var member = members.get(replica.id());
        var isNew = member == null;
        if (member == null) {
            if (replica.state() instanceof Replica.State.Stopped) {
                return;
            }
            member = new Member(replica, settings, now);
            member.closed = admission != Admission.OPEN;
            members.put(replica.id(), member);
        } else {
            census.leave(member.state);
            if (member.isReady()) {
                choice.leave(member);
                health.leave(member);
            }
        }
        census.enter(member.state, replica.state(), now);
        member.become(replica.state(), now);
        switch (replica.state()) {
            case Replica.State.Ready(var endpoint) -> {
                member.endpoint = endpoint;
                member.ejection.sound();
                // What is ready at first sight has been running for longer than we have.
                if (!isNew) {
                    member.startRamp(now);
                }
                choice.enter(member);
            }
            case Replica.State.Stopped _ -> member.unmark();
            case Replica.State.Starting _, Replica.State.Failed _, Replica.State.NoCapacity _ -> {}
        }
        choice.refile(member);
        health.outliers().keepWithin(totals.eligible());
        forgetIfGone(member);
    }

    /** No request goes to the replica from now on; those in flight go on. Ends with {@link #undrain}, or when it stops. */
    void drain(String replicaId) {
        set(replicaId, member -> member.draining = true);
    }

    void undrain(String replicaId) {
        set(replicaId, member -> member.draining = false);
    }

    /** The same on behalf of an operator: neither ends the other. */
    void cordon(String replicaId, boolean cordoned) {
        set(replicaId, member -> member.cordoned = cordoned);
    }

    /** An operator drains it: as {@link #drain}, but it is not taken back. Ends when it stops. */
    void leave(String replicaId) {
        set(replicaId, member -> member.leaving = true);
    }

    /** Whether any replica, those to come included, gets requests. */
    synchronized void admit(Admission wanted) {
        admission = wanted;
        members.keySet().forEach(id -> set(id, member -> member.closed = wanted != Admission.OPEN));
    }

    synchronized Admission admission() {
        return admission;
    }

    /** Its server asked for no more requests for a while, of which no more is granted than an ejection lasts at most. */
    synchronized void pause(String replicaId, Duration wish, Instant now) {
        var member = members.get(replicaId);
        if (member != null && member.isReady()) {
            health.pause(member, wish, now);
        }
    }

    /** Tries again what is due; to be called a few times a second. True if that may have freed a slot. */
    synchronized boolean tick(Instant now) {
        return health.tick(now);
    }

    /** Replicas in whatever state. */
    synchronized long size() {
        return members.values().stream().filter(member -> !member.isNote()).count();
    }

    /** Replicas that are ready and neither ejected, draining nor cordoned. */
    synchronized int ready() {
        return totals.eligible() - health.outliers().out();
    }

    synchronized int starting() {
        return census.starting();
    }

    /** Above 0 if and only if a request that excludes nothing gets a seat; {@link Integer#MAX_VALUE} if unlimited. */
    synchronized int freeSlots() {
        return totals.free();
    }

    /** Slots, free or taken, of the replicas that take requests; {@link Integer#MAX_VALUE} if unlimited. */
    synchronized int capacity() {
        return totals.capacity();
    }

    synchronized int inFlight() {
        return inFlight;
    }

    /**
     * Every replica that takes requests is an outlier, which stays in only because one has to. Whoever has another
     * nodepool goes there first. Ends when a request is served here, or by {@link #tick} after the time of an ejection.
     */
    synchronized boolean breakerOpen() {
        return totals.taking() > 0 && health.outliers().suspects() >= totals.taking();
    }

    /** Which replica is down and why, fit for clients, if every one is for good reason; null while one serves or starts. */
    synchronized @Nullable String whyDown() {
        if (admission != Admission.OPEN) {
            return "nodepool " + nodepool + " is cordoned";
        }
        return census.isDown() ? Census.reason(members.values()) : null;
    }

    /** A row for each replica that is not stopped, or still has requests in flight. */
    synchronized List<LiveReplica> live() {
        return members.values().stream().map(member -> member.live(nodepool)).toList();
    }

    /** When the next of the replicas that start will be ready, as far as measured. */
    synchronized Optional<Instant> readyNext(Instant now) {
        return census.readyNext(now);
    }

    synchronized ColdStarts.Measured coldStarts() {
        return census.coldStarts().measured();
    }

    /** Whether there is a replica beside these that takes requests, starts, or failed and will soon be started again. */
    synchronized boolean isAnyBut(Set<String> excluded) {
        return members.values().stream()
                .anyMatch(member -> (member.takesRequests() || member.isComing()) && !excluded.contains(member.id));
    }

    /** Whether one has no place to run at, so that asking for more is of no use now. */
    synchronized boolean isWithoutRoom() {
        return members.values().stream().anyMatch(member -> member.state instanceof Replica.State.NoCapacity);
    }

    /** What the autoscaler counts: all that are not stopped. */
    synchronized List<Autoscaler.Standing> standing() {
        return members.values().stream()
                .filter(member -> !member.isStopped() && !member.isNote())
                .map(Member::standing)
                .toList();
    }

    private Seat grant(Member member) {
        member.lastGrant = ++grants;
        member.inFlight++;
        member.current++;
        inFlight++;
        choice.refile(member);
        return new Seat(this, member, grants, Objects.requireNonNull(member.endpoint));
    }

    private synchronized void set(String replicaId, Consumer<Member> change) {
        var member = members.get(replicaId);
        if (member != null) {
            change.accept(member);
            if (!member.isEligible()) {
                health.outliers().acquit(member);
            }
            choice.refile(member);
            health.outliers().keepWithin(totals.eligible());
        }
    }

    /** Else nodepools whose replicas get a new id each time would grow for ever. */
    private void forgetIfGone(Member member) {
        if (member.state instanceof Replica.State.Stopped && member.inFlight == 0) {
            members.remove(member.id);
        }
    }
}
