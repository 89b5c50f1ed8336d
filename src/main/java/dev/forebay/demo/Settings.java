package dev.forebay.demo;

import java.time.Duration;

/**
 * How the demo model server behaves.
 *
 * @param host address to listen on
 * @param wordPause pause before each streamed token, zero for none; whole answers come at once
 * @param bodyBytesMax largest request, else 413
 * @param depthMax deepest nesting of a request's JSON, else 400
 * @param requestsMax requests served at once, else 503 with Retry-After
 */
public record Settings(String host, Duration wordPause, int bodyBytesMax, int depthMax, int requestsMax) {
    public static final Settings STANDARD =
            new Settings("127.0.0.1", Duration.ofMillis(15), 32 * 1024 * 1024, 128, 1_024);

    public Settings {
        if (wordPause.isNegative() || wordPause.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("word_pause: need 0 to 60 s, got " + wordPause);
        }
        positive("body_bytes_max", bodyBytesMax);
        positive("depth_max", depthMax);
        positive("requests_max", requestsMax);
    }

    public Settings withWordPause(Duration pause) {
        return new Settings(host, pause, bodyBytesMax, depthMax, requestsMax);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + ": need 1 or more, got " + value);
        }
    }
}
