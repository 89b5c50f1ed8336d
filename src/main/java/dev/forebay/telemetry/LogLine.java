package dev.forebay.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** Renders events as text, one after the other; for one thread. */
interface LogLine {
    int VALUE_CHARS_MAX = 8192;
    int STACK_CHARS_MAX = 16_384;

    /** Appends the line or lines of the event, with a line break at the end. */
    void render(ILoggingEvent event, StringBuilder to);

    static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "…";
    }
}
