package dev.forebay;

import dev.forebay.config.Binding;
import dev.forebay.config.Default;
import dev.forebay.config.Yaml;
import dev.forebay.routing.Deployment;
import java.time.Duration;

/**
 * Bounds of the requests of one model that wait for a slot.
 *
 * @param requestsMax requests that may wait at once
 * @param bytesMax of the bodies that are kept for them
 * @param seconds that one waits while a replica is ready
 * @param coldSeconds that one waits while none is
 */
record QueueSettings(
        @Default("1000") int requestsMax,
        @Default("256 MiB") long bytesMax,
        @Default("60") int seconds,
        @Default("600") int coldSeconds) {
    QueueSettings {
        if (requestsMax < 0) {
            throw new IllegalArgumentException("requests_max: need 0 or more, got " + requestsMax);
        }
        if (bytesMax < 0) {
            throw new IllegalArgumentException("bytes_max: need 0 or more, got " + bytesMax);
        }
        if (seconds < 1 || coldSeconds < 1) {
            throw new IllegalArgumentException(
                    "seconds, cold_seconds: need 1 or more, got " + seconds + " and " + coldSeconds);
        }
    }

    /** Where nothing is said. */
    static QueueSettings usual() {
        return Binding.bind(Yaml.parse("defaults", ""), QueueSettings.class, _ -> null);
    }

    Deployment.Queue toQueue() {
        return new Deployment.Queue(
                requestsMax, bytesMax, Duration.ofSeconds(seconds), Duration.ofSeconds(coldSeconds));
    }
}
