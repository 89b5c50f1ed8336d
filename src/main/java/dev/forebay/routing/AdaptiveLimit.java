package dev.forebay.routing;

/**
 * How many requests a server that names no number of slots may have in flight: one more for each round of requests that it
 * served while the limit was in use, 0.7 of it when it says or shows that it is overloaded (additive increase,
 * multiplicative decrease).
 */
final class AdaptiveLimit {
    static final int CEILING_DEFAULT = 64;
    private static final double CUT = 0.7;

    private final int ceiling;
    private double limit;
    private long lastGrantAtCut;

    AdaptiveLimit(int ceiling) {
        this.ceiling = ceiling;
        this.limit = ceiling;
    }

    int now() {
        return (int) limit;
    }

    /** @param inFlight with the request that was served */
    void served(int inFlight) {
        if (inFlight * 2 >= limit) {
            limit = Math.min(ceiling, limit + 1 / limit);
        }
    }

    /**
     * One overload cuts once: the other requests that were in flight at the time tell of the same one.
     *
     * @param grant of the request that tells so
     * @param lastGrant the newest one
     */
    void overloaded(long grant, long lastGrant) {
        if (grant > lastGrantAtCut) {
            limit = Math.max(1, limit * CUT);
            lastGrantAtCut = lastGrant;
        }
    }
}
