package dev.forebay.http;

/** What {@code GET /metrics} answers. May block for some milliseconds; called off the event loop. */
public interface MetricsPage {
    /** The text in the format that {@link #contentType} names. */
    String text();

    default String contentType() {
        return "text/plain; version=0.0.4; charset=utf-8";
    }
}
