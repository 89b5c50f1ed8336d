package dev.forebay.routing;

import dev.forebay.config.Default;
import dev.forebay.config.FromText;
import java.util.OptionalInt;

/**
 * When requests go on to the next nodepool of a deployment, and which of them.
 *
 * @param mode what the next nodepool takes once it is open
 * @param share of requests that it takes in mode {@code fixed}, from 0 to 1
 * @param holdMs that a request waits for the nodepools before, in mode {@code hold}
 * @param queueAgeThresholdMs waited by the oldest request at which a nodepool counts as fully loaded
 * @param queueAmountThreshold requests waiting at which it does
 * @param etaGate false to open the next nodepool even if a replica that starts already will be there sooner
 * @param limitCounts which replicas must have reached the largest number; docs/decisions/0008 has what each costs
 * @param closeDelaySeconds without a request after which a nodepool that is not the first closes
 */
public record Spillover(
        @Default("overflow") Mode mode,
        @Default("0.2") double share,
        @Default("0") int holdMs,
        @Default("1000") int queueAgeThresholdMs,
        @Default("auto") Amount queueAmountThreshold,
        @Default("on") boolean etaGate,
        @Default("desired") LimitCounts limitCounts,
        @Default("300") int closeDelaySeconds) {
    /** Without anything said. */
    public static final Spillover DEFAULT =
            new Spillover(Mode.OVERFLOW, 0.2, 0, 1000, Amount.AUTO, true, LimitCounts.DESIRED, 300);

    private static final int MILLIS_MAX = 3_600_000;
    private static final int SECONDS_MAX = 7 * 24 * 3600;

    public Spillover {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: need 0 to 1, got " + share);
        }
        Autoscale.within("hold_ms", holdMs, 0, MILLIS_MAX);
        Autoscale.within("queue_age_threshold_ms", queueAgeThresholdMs, 0, MILLIS_MAX);
        Autoscale.within("close_delay_seconds", closeDelaySeconds, 0, SECONDS_MAX);
    }

    /** What an open nodepool takes. */
    public enum Mode {
        /** What the nodepools before it have no free slot for. */
        OVERFLOW,
        /** A share of all requests, and what the nodepools before it have no free slot for. */
        FIXED,
        /** What the nodepools before it have had no free slot for during a while. */
        HOLD
    }

    /** Replicas that count for the question whether more may come. */
    public enum LimitCounts {
        /** Those that there are to be. */
        DESIRED,
        /** Those that serve. */
        READY
    }

    /**
     * Requests that wait.
     *
     * @param requests empty for what suits the nodepool's size
     */
    public record Amount(OptionalInt requests) {
        public static final Amount AUTO = new Amount(OptionalInt.empty());

        public Amount {
            if (requests.isPresent() && requests.getAsInt() < 1) {
                throw new IllegalArgumentException("need auto, or 1 or more, got " + requests.getAsInt());
            }
        }

        @FromText
        static Amount of(String text) {
            if (text.equals("auto")) {
                return AUTO;
            }
            try {
                return new Amount(OptionalInt.of(Integer.parseInt(text)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("need auto or a number of requests, got " + text, e);
            }
        }

        @Override
        public String toString() {
            return requests.isPresent() ? Integer.toString(requests.getAsInt()) : "auto";
        }

        public int orElse(int automatic) {
            return requests.orElse(automatic);
        }
    }
}
