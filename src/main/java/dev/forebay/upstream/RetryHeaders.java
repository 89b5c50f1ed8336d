package dev.forebay.upstream;

import dev.forebay.chat.RetryAdvice;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Retry-After}: seconds, or a date (RFC 9110 §10.2.3), and what OpenAI's client libraries heed before it,
 * {@code retry-after-ms} and {@code x-should-retry}. What is none of that counts as absent.
 */
final class RetryHeaders {
    private static final Duration MAX = Duration.ofDays(1);
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private RetryHeaders() {}

    static RetryAdvice read(MultiMap headers, Instant now) {
        return new RetryAdvice(
                number(headers.get("retry-after-ms"))
                        .map(Duration::ofMillis)
                        .map(RetryHeaders::bounded)
                        .or(() -> after(headers.get("retry-after"), now)),
                should(headers.get("x-should-retry")));
    }

    private static Optional<Duration> after(@Nullable String header, Instant now) {
        if (header == null) {
            return Optional.empty();
        }
        var seconds = number(header);
        if (seconds.isPresent()) {
            return seconds.map(Duration::ofSeconds).map(RetryHeaders::bounded);
        }
        try {
            return Optional.of(bounded(Duration.between(now, Instant.from(DATE.parse(header.strip())))));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Long> number(@Nullable String header) {
        return header != null && header.strip().matches("[0-9]{1,18}")
                ? Optional.of(Long.parseLong(header.strip()))
                : Optional.empty();
    }

    private static Optional<Boolean> should(@Nullable String header) {
        return switch (header) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            case null, default -> Optional.empty();
        };
    }

    private static Duration bounded(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(MAX) > 0 ? MAX : wait;
    }
}
