package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import dev.forebay.compute.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One request's slot at a replica, from {@link Fleet#take} to {@link Fleet#release}. */
final class Seat {
    final Fleet fleet;
    final Member member;
    final long grant;
    private final int generation;
    private final Endpoint endpoint;
    private final Instant startingSince;
    private final Instant readySince;
    private final boolean doubted;

    // Its deployment's, behind that one's lock.
    Optional<AffinityKey> affinity = Optional.empty();

    /** Not where the precedence sent it, but where its key was a moment before. */
    boolean held;

    // The fleet's, behind its lock.
    boolean released;

    /** @param grant how many seats the fleet had given when it gave this one */
    Seat(Fleet fleet, Member member, long grant, Endpoint endpoint) {
        this.fleet = fleet;
        this.member = member;
        this.grant = grant;
        this.generation = member.generation;
        this.endpoint = endpoint;
        this.startingSince = member.startingSince;
        this.readySince = member.readySince;
        this.doubted = member.isDoubted();
    }

    String replica() {
        return member.id;
    }

    String nodepool() {
        return fleet.nodepool();
    }

    /** As it was when the seat was granted. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether the replica had failed of late when it was granted, so that an answer would be news. */
    boolean isDoubted() {
        return doubted;
    }

    /** How long a request that came then has waited for this replica to start; zero if it was ready already. */
    Duration coldStartAfter(Instant arrived) {
        if (!readySince.isAfter(arrived)) {
            return Duration.ZERO;
        }
        return Duration.between(startingSince.isAfter(arrived) ? startingSince : arrived, readySince);
    }

    /** False once the replica has started anew or was ejected since: what the attempt showed is old news. */
    boolean isCurrent() {
        return generation == member.generation;
    }
}
