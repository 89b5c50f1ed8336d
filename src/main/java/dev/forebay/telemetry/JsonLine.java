package dev.forebay.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One JSON object a line: time, level, logger, message, then the event's fields as members. */
final class JsonLine implements LogLine, LogFields.Fields {
    private static final Set<String> OURS = Set.of("time", "level", "logger", "message", "stack");
    private static final HexFormat HEX = HexFormat.of();

    private StringBuilder to = new StringBuilder();

    @Override
    public void render(ILoggingEvent event, StringBuilder line) {
        to = line;
        to.append("{\"time\":\"")
                .append(Instant.ofEpochMilli(event.getTimeStamp()))
                .append('"');
        member("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        member("logger", event.getLoggerName());
        member("message", event.getFormattedMessage());
        var pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (var pair : pairs) {
                if (pair.value instanceof LogFields fields) {
                    fields.write(this);
                } else if (pair.value instanceof Integer || pair.value instanceof Long) {
                    number(pair.key, ((Number) pair.value).longValue());
                } else {
                    text(pair.key, String.valueOf(pair.value));
                }
            }
        }
        if (event.getThrowableProxy() != null) {
            var stack = ThrowableProxyUtil.asString(event.getThrowableProxy());
            member("stack", LogLine.cut(stack, STACK_CHARS_MAX));
        }
        to.append("}\n");
    }

    @Override
    public void text(String name, @Nullable String value) {
        if (value != null) {
            member(own(name), LogLine.cut(value, VALUE_CHARS_MAX));
        }
    }

    @Override
    public void number(String name, long value) {
        quote(own(name), true);
        to.append(':').append(value);
    }

    private void member(String name, String value) {
        quote(name, true);
        to.append(':');
        quote(value, false);
    }

    /** A name must not come twice in an object. */
    private static String own(String name) {
        return OURS.contains(name) ? name + "_" : name;
    }

    private void quote(String text, boolean comma) {
        if (comma) {
            to.append(',');
        }
        to.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> to.append("\\\"");
                case '\\' -> to.append("\\\\");
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> {
                    if (c < ' ' || c == '\u2028' || c == '\u2029') {
                        to.append("\\u").append(HEX.toHexDigits(c));
                    } else {
                        to.append(c);
                    }
                }
            }
        }
        to.append('"');
    }
}
