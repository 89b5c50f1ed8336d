package dev.forebay.upstream;

import dev.forebay.config.Default;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the relay holds and passes on, as {@code relay:} in the configuration says.
 *
 * @param heldBytesMax up to which an answer that is no stream is held, so that a cut can be tried again
 * @param eventBytesMax of one event of a stream; a larger one ends the stream with an error
 * @param requestHeaders names of client's headers that are sent on to model servers; credentials and what Forebay sets
 *     itself cannot be among them
 * @param answerHeaders names of model servers' headers that are sent on to clients
 */
public record RelaySettings(
        @Default("1 MiB") int heldBytesMax,
        @Default("8 MiB") int eventBytesMax,
        @Default("[]") List<String> requestHeaders,
        @Default("[]") List<String> answerHeaders) {
    private static final Set<String> OURS = Set.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "set-cookie",
            "host",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "accept",
            "accept-encoding",
            "x-request-id",
            "traceparent",
            "retry-after");

    public RelaySettings {
        requestHeaders = names("request_headers", requestHeaders);
        answerHeaders = names("answer_headers", answerHeaders);
        if (heldBytesMax < 0) {
            throw new IllegalArgumentException("held_bytes_max: need 0 or more, got " + heldBytesMax);
        }
        if (eventBytesMax < 1024) {
            throw new IllegalArgumentException("event_bytes_max: need 1 KiB or more, got " + eventBytesMax);
        }
    }

    private static List<String> names(String key, List<String> names) {
        for (var name : names) {
            var small = name.toLowerCase(Locale.ROOT);
            if (OURS.contains(small) || small.startsWith("x-forebay-") || small.startsWith("x-forwarded-")) {
                throw new IllegalArgumentException(key + ": " + name + " cannot be passed on; take it off the list");
            }
            if (!name.matches("[A-Za-z0-9_-]+")) {
                throw new IllegalArgumentException(key + ": need a header's name, got " + name);
            }
        }
        return List.copyOf(names);
    }
}
