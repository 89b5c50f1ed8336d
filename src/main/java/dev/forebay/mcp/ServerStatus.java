package dev.forebay.mcp;

/**
 * How a configured server is.
 *
 * @param place {@code stdio}, {@code http} or {@code bundled}
 * @param reason why it is not up, or not for long; else empty
 * @param tools how many it offers, as far as they are known
 * @param restarts how often it was started or connected anew
 * @param calls that run or wait for their answer now
 * @param circuitOpen true while it is left alone because its last calls failed
 */
public record ServerStatus(
        String server,
        String place,
        State state,
        String reason,
        int tools,
        int restarts,
        int calls,
        boolean circuitOpen) {
    public enum State {
        /** The first attempt is under way. */
        STARTING,
        UP,
        /** It was up, and the first attempt to bring it back is due or under way. */
        RESTARTING,
        /** An attempt has failed; the next one is due. */
        DOWN,
        DISABLED,
        CLOSED
    }

    /** Of one that the configuration no longer has. */
    ServerStatus removed() {
        var why = reason.isEmpty() ? "removed from the configuration; serves requests of before" : reason;
        return new ServerStatus(server, place, state, why, tools, restarts, calls, circuitOpen);
    }
}
