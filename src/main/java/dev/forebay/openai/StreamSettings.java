package dev.forebay.openai;

import dev.forebay.config.Default;

/**
 * How answers are streamed to clients, as {@code stream:} in the configuration says.
 *
 * @param heartbeatSeconds of silence after which a comment line is sent
 * @param earlyHeadSeconds after which head and heartbeats go out although the model has not begun to answer; later
 *     failures can then only be told by an error event. 0 is never
 * @param stallSeconds that a client may read nothing while something waits for it
 */
public record StreamSettings(
        @Default("15") int heartbeatSeconds,
        @Default("45") int earlyHeadSeconds,
        @Default("30") int stallSeconds) {
    public StreamSettings {
        if (heartbeatSeconds < 1 || stallSeconds < 1) {
            throw new IllegalArgumentException("heartbeat_seconds, stall_seconds: need 1 or more, got "
                    + heartbeatSeconds + " and " + stallSeconds);
        }
        if (earlyHeadSeconds < 0) {
            throw new IllegalArgumentException("early_head_seconds: need 0 (never) or more, got " + earlyHeadSeconds);
        }
    }
}
