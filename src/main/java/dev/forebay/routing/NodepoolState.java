package dev.forebay.routing;

/** What a nodepool is doing for a deployment. Derived from what is there, never stored. */
public enum NodepoolState {
    /** The deployment is, or the nodepool is cordoned. */
    DISABLED,
    /** Nobody need wait for it; the next nodepool is open. */
    DOWN,
    /** It has no replica, and none is wanted. */
    IDLE,
    /** Its first replica starts. */
    WARMING,
    ACTIVE,
    /** Fully loaded, and the next nodepool is not open yet, or there is none. */
    SATURATED,
    /** It serves, and so may the next nodepool. */
    SPILLING
}
