package dev.forebay.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** A line for people at a terminal: local time, the level if it is not the usual one, the message, the fields. */
final class TextLine implements LogLine, LogFields.Fields {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private StringBuilder to = new StringBuilder();

    @Override
    public void render(ILoggingEvent event, StringBuilder line) {
        to = line;
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), to);
        if (!event.getLevel().equals(Level.INFO)) {
            to.append(' ').append(event.getLevel());
        }
        to.append(' ');
        printable(event.getFormattedMessage());
        var pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (var pair : pairs) {
                if (pair.value instanceof LogFields fields) {
                    fields.write(this);
                } else {
                    text(pair.key, String.valueOf(pair.value));
                }
            }
        }
        to.append('\n');
        if (event.getThrowableProxy() != null) {
            to.append(LogLine.cut(ThrowableProxyUtil.asString(event.getThrowableProxy()), STACK_CHARS_MAX))
                    .append('\n');
        }
    }

    @Override
    public void text(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        to.append(' ').append(name).append('=');
        if (value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('"') >= 0) {
            to.append('"');
            printable(LogLine.cut(value, VALUE_CHARS_MAX));
            to.append('"');
        } else {
            printable(LogLine.cut(value, VALUE_CHARS_MAX));
        }
    }

    @Override
    public void number(String name, long value) {
        to.append(' ').append(name).append('=').append(value);
    }

    /** What others wrote must neither break the line nor steer the terminal. */
    private void printable(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            to.append(Character.isISOControl(c) ? ' ' : c);
        }
    }
}
