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
    private long second = Long.MIN_VALUE;
    private String wholeSecond = "";

    @Override
    public void render(ILoggingEvent event, StringBuilder line) {
        to = line;
        to.append("{\"time\":\"");
        time(event.getTimeStamp());
        to.append('"');
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

    /** As {@link Instant} writes it; but most lines fall into the second of the one before. */
    private void time(long millis) {
        if (Math.floorDiv(millis, 1000L) != second) {
            second = Math.floorDiv(millis, 1000L);
            var whole = Instant.ofEpochSecond(second).toString();
            wholeSecond = whole.substring(0, whole.length() - 1);
        }
        var rest = (int) Math.floorMod(millis, 1000L);
        to.append(wholeSecond)
                .append('.')
                .append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10))
                .append('Z');
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
