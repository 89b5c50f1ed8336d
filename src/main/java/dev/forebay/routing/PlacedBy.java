package dev.forebay.routing;

/** Why a request went to the nodepool that it went to. */
public enum PlacedBy {
    /** It is the first, and had a slot. */
    FIRST,
    /** Those before it had no slot, or are down. */
    SPILL,
    /** It is of the fixed share that goes there. */
    SHARE,
    /** Its session was there a moment ago. */
    SESSION,
    /** It failed at another replica before. */
    RETRY,
    /** Its sender chose it. */
    CHOSEN
}
