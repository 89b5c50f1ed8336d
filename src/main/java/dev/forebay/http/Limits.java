package dev.forebay.http;

import dev.forebay.config.Default;
import java.util.Optional;

/**
 * Bounds of what clients may send, as {@code limits:} in the configuration says.
 *
 * @param bodyBytesMax of one request's body
 * @param bodyMemoryBytesMax of all bodies that are being read, queued or kept for a retry; a quarter of the heap if absent
 * @param bodySeconds that a body may take to arrive
 * @param headersMax header lines of a request
 * @param headerBytesMax of all header lines together
 * @param jsonDepthMax levels of nesting in a body
 * @param requestsMax requests to the API that are served or wait at once, of all models; what is above is refused
 * @param eventStreamsMax clients that may follow {@code /api/v1/events} at once
 */
public record Limits(
        @Default("32 MiB") int bodyBytesMax,
        Optional<Long> bodyMemoryBytesMax,
        @Default("30") int bodySeconds,
        @Default("100") int headersMax,
        @Default("32 KiB") int headerBytesMax,
        @Default("128") int jsonDepthMax,
        @Default("10000") int requestsMax,
        @Default("32") int eventStreamsMax) {
    public Limits {
        if (bodyBytesMax < 1024) {
            throw new IllegalArgumentException("body_bytes_max: need 1 KiB or more, got " + bodyBytesMax);
        }
        if (bodyMemoryBytesMax.isPresent() && bodyMemoryBytesMax.get() < bodyBytesMax) {
            throw new IllegalArgumentException("body_memory_bytes_max: need at least body_bytes_max (" + bodyBytesMax
                    + "), got " + bodyMemoryBytesMax.get());
        }
        if (bodySeconds < 1) {
            throw new IllegalArgumentException("body_seconds: need 1 or more, got " + bodySeconds);
        }
        if (headersMax < 10) {
            throw new IllegalArgumentException("headers_max: need 10 or more, got " + headersMax);
        }
        if (headerBytesMax < 1024) {
            throw new IllegalArgumentException("header_bytes_max: need 1 KiB or more, got " + headerBytesMax);
        }
        if (requestsMax < 1) {
            throw new IllegalArgumentException("requests_max: need 1 or more, got " + requestsMax);
        }
        if (eventStreamsMax < 1) {
            throw new IllegalArgumentException("event_streams_max: need 1 or more, got " + eventStreamsMax);
        }
        if (jsonDepthMax < 8 || jsonDepthMax > 1000) {
            throw new IllegalArgumentException("json_depth_max: need 8 to 1000, got " + jsonDepthMax);
        }
    }
}
