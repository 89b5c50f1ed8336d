package dev.forebay.access;

/** Why a key does not open anything. */
public enum Refusal {
    /** It begins like one of ours, but its checksum or length is wrong. */
    MISTYPED,
    UNKNOWN,
    EXPIRED,
    REVOKED
}
