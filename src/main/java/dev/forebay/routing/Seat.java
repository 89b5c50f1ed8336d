package dev.forebay.routing;

import dev.forebay.compute.Endpoint;

/** One request's slot at a replica, from {@link Fleet#take} to {@link Fleet#release}. */
final class Seat {
    final Fleet fleet;
    final Member member;
    final long grant;
    private final int generation;
    private final Endpoint endpoint;

    // The fleet's, behind its lock.
    boolean released;

    /** @param grant how many seats the fleet had given when it gave this one */
    Seat(Fleet fleet, Member member, long grant, Endpoint endpoint) {
        this.fleet = fleet;
        this.member = member;
        this.grant = grant;
        this.generation = member.generation;
        this.endpoint = endpoint;
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

    /** False once the replica has started anew or was ejected since: what the attempt showed is old news. */
    boolean isCurrent() {
        return generation == member.generation;
    }
}
