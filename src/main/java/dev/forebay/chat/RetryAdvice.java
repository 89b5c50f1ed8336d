package dev.forebay.chat;

import java.time.Duration;
import java.util.Optional;

/**
 * What a client is told of sending its request again.
 *
 * @param after how long to wait before
 * @param should whether it helps at all, where that does not follow from the status
 */
public record RetryAdvice(Optional<Duration> after, Optional<Boolean> should) {
    public static final RetryAdvice NONE = new RetryAdvice(Optional.empty(), Optional.empty());

    /** Only the operator can mend it. */
    public static final RetryAdvice IN_VAIN = new RetryAdvice(Optional.empty(), Optional.of(false));

    public static RetryAdvice after(Optional<Duration> wait) {
        return new RetryAdvice(wait, Optional.empty());
    }
}
