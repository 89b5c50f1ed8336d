package dev.forebay.mcp;

import dev.forebay.config.FromText;
import java.time.Duration;

/** A span of whole seconds, as a configuration has it. */
public record Seconds(int value) {
    public Seconds {
        if (value < 1) {
            throw new IllegalArgumentException("need 1 second or more, got " + value);
        }
    }

    @FromText
    public static Seconds of(String text) {
        if (!text.strip().matches("\\d{1,9}")) {
            throw new IllegalArgumentException("need whole seconds such as 60, got " + text);
        }
        return new Seconds(Integer.parseInt(text.strip()));
    }

    Duration duration() {
        return Duration.ofSeconds(value);
    }
}
