package dev.forebay.control;

import java.time.Instant;

/** Hears what comes of each reload of the configuration. Any thread; must not block. */
public interface ReloadObserver {
    void reloaded(Instant at);

    /** What was read is not good; the one before stays in effect. */
    void refused();
}
