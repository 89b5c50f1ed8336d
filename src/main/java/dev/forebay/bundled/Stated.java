package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Times as answers state them: in words, in ISO 8601, and in parts. */
final class Stated {
    private static final int YEAR_MAX = 9999;
    static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);
    static final DateTimeFormatter PLAIN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    static final List<Field> FIELDS = List.of(
            Field.text("zone", "IANA id or offset."),
            Field.text("time", "ISO 8601 with offset."),
            Field.text("date", "The date there."),
            Field.text("clock", "The time of day there, 24 hours."),
            Field.text("weekday", "The day of the week there."),
            Field.text("utc_offset", "Offset from UTC."),
            Field.flag("daylight_saving", "Whether daylight saving time holds."));

    private Stated() {}

    static ObjectNode facts(ZonedDateTime time) {
        return Answer.facts()
                .put("zone", time.getZone().getId())
                .put("time", ISO.format(time))
                .put("date", time.toLocalDate().toString())
                .put(
                        "clock",
                        time.toLocalTime().truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_LOCAL_TIME))
                .put("weekday", weekday(time.getDayOfWeek()))
                .put("utc_offset", Moment.offset(time.getOffset()))
                .put("daylight_saving", time.getZone().getRules().isDaylightSavings(Instant.from(time)));
    }

    static String words(ZonedDateTime time) {
        return "%s %s in %s (UTC%s)"
                .formatted(
                        weekday(time.getDayOfWeek()),
                        PLAIN.format(time),
                        time.getZone().getId(),
                        Moment.offset(time.getOffset()));
    }

    static String weekday(DayOfWeek day) {
        return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }

    static void checkYear(LocalDate date) throws ToolError {
        if (date.getYear() < 1 || date.getYear() > YEAR_MAX) {
            throw new ToolError("The result is out of range: years go from 1 to %d.".formatted(YEAR_MAX));
        }
    }
}
