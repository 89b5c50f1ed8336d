package dev.forebay.upstream;

import dev.forebay.config.Default;

/**
 * Bounds of what the gateway holds of an answer, as {@code relay:} in the configuration says.
 *
 * @param heldBytesMax up to which an answer that is no stream is held, so that a cut can be tried again
 * @param eventBytesMax of one event of a stream; a larger one ends the stream with an error
 */
public record RelaySettings(
        @Default("1 MiB") int heldBytesMax,
        @Default("8 MiB") int eventBytesMax) {
    public RelaySettings {
        if (heldBytesMax < 0) {
            throw new IllegalArgumentException("held_bytes_max: need 0 or more, got " + heldBytesMax);
        }
        if (eventBytesMax < 1024) {
            throw new IllegalArgumentException("event_bytes_max: need 1 KiB or more, got " + eventBytesMax);
        }
    }
}
