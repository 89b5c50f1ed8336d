package dev.forebay.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why there is no complete answer. Each kind has one status at the edge; messages are fit for the caller's eyes. */
public abstract sealed class ModelFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ModelFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The word for this kind in metrics and log: one of a closed set. */
    public String word() {
        return switch (this) {
            case BadRequest _ -> "bad_request";
            case UnknownModel _ -> "unknown_model";
            case Overloaded _ -> "overloaded";
            case NoCapacity _ -> "no_capacity";
            case Refused r -> r.status() >= 500 ? "upstream_5xx" : "upstream_4xx";
            case Broken broken -> broken.how().word;
            case TimedOut _ -> "timeout";
            case ShuttingDown _ -> "shutting_down";
            case AfterEffects _ -> "after_effects";
        };
    }

    /** The request itself is wrong: 400, with the parameter at fault, or null. */
    public static final class BadRequest extends ModelFailure {
        private static final long serialVersionUID = 1L;
        private final @Nullable String param;
        private final String code;

        public BadRequest(String message, @Nullable String param, String code) {
            super(message, null);
            this.param = param;
            this.code = code;
        }

        public @Nullable String param() {
            return param;
        }

        public String code() {
            return code;
        }
    }

    /** No model of that name may be called, or it does not run where the request wants it to: 404. */
    public static final class UnknownModel extends ModelFailure {
        private static final long serialVersionUID = 1L;
        private final @Nullable String param;
        private final String code;

        public UnknownModel(String message) {
            this(message, "model", "model_not_found");
        }

        /**
         * @param param the parameter at fault, or null if it is none of the body's
         * @param code what is not known
         */
        public UnknownModel(String message, @Nullable String param, String code) {
            super(message, null);
            this.param = param;
            this.code = code;
        }

        public @Nullable String param() {
            return param;
        }

        public String code() {
            return code;
        }
    }

    /** Capacity is there but taken: 429 with Retry-After. */
    public static final class Overloaded extends ModelFailure {
        private static final long serialVersionUID = 1L;
        private final String code;
        private final Duration retryAfter;

        public Overloaded(String message, Duration retryAfter) {
            this(message, "queue_full", retryAfter);
        }

        /** @param code what of the gateway is taken, where it is not the places at the replicas */
        public Overloaded(String message, String code, Duration retryAfter) {
            super(message, null);
            this.code = code;
            this.retryAfter = retryAfter;
        }

        public String code() {
            return code;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** No replica can serve it now: 503 with Retry-After. */
    public static final class NoCapacity extends ModelFailure {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        public NoCapacity(String message, Duration retryAfter) {
            super(message, null);
            this.retryAfter = retryAfter;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The engine answered with an error status; 4xx is passed on with its body, the rest becomes 502 to 504. */
    public static final class Refused extends ModelFailure {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String body;
        private final RetryAdvice retry;

        public Refused(int status, String body, RetryAdvice retry) {
            super("the model server answered with status " + status, null);
            this.status = status;
            this.body = body;
            this.retry = retry;
        }

        public int status() {
            return status;
        }

        /** What the engine said, JSON or not. */
        public String body() {
            return body;
        }

        /** What the engine's headers say of it, if they can be understood; a day at most. */
        public RetryAdvice retry() {
            return retry;
        }
    }

    /** The engine could not be reached, was cut off, or answered nonsense: 502. */
    public static final class Broken extends ModelFailure {
        /** To the client they are one; metrics and log tell them apart. */
        public enum How {
            UNREACHABLE("upstream_unreachable"),
            CUT("upstream_cut"),
            NONSENSE("upstream_broken"),
            /** The gateway's own mistake. */
            INTERNAL("internal");

            private final String word;

            How(String word) {
                this.word = word;
            }
        }

        private static final long serialVersionUID = 1L;
        private final How how;

        public Broken(How how, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.how = how;
        }

        /** An answer that cannot be understood. */
        public Broken(String message, @Nullable Throwable cause) {
            this(How.NONSENSE, message, cause);
        }

        public How how() {
            return how;
        }
    }

    /** The engine was too slow: 504. */
    public static final class TimedOut extends ModelFailure {
        private static final long serialVersionUID = 1L;

        public TimedOut(String message) {
            super(message, null);
        }
    }

    /** The gateway is stopping: 503. */
    public static final class ShuttingDown extends ModelFailure {
        private static final long serialVersionUID = 1L;

        public ShuttingDown() {
            super("the gateway is shutting down; try again", null);
        }
    }

    /**
     * The answer failed after tools with side effects had run, so that the request must not be sent again as it stands:
     * 400, since that is what no client library sends again: most of them do so after 408, 409, 429 and 500 and above,
     * but LangChain for JavaScript after every status above 413 too. The cause says what failed.
     */
    public static final class AfterEffects extends ModelFailure {
        private static final long serialVersionUID = 1L;

        public AfterEffects(String message, RuntimeException cause) {
            super(message, cause);
        }
    }
}
