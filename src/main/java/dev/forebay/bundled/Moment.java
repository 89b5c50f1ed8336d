package dev.forebay.bundled;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A point in time as people write it; how exactly it is given decides what can be done with it. */
sealed interface Moment {
    /** A date without a time. */
    record Day(LocalDate date) implements Moment {}

    /** What a clock on the wall shows, in a zone that has to be known from elsewhere. */
    record Wall(LocalDateTime time) implements Moment {}

    /** A time with its offset. */
    record Fixed(ZonedDateTime time) implements Moment {}

    /**
     * A wall time found in a zone.
     *
     * @param note what to know about it, or empty
     */
    record Found(ZonedDateTime time, String note) {}

    String FORMS =
            "Write 2026-03-29, 2026-03-29 14:30, 2026-03-29T14:30:00+02:00, 14:30, 2:30 pm, now, today, tomorrow or yesterday.";

    Pattern PATTERN = Pattern.compile("(?:(?<date>\\d{4}-\\d{2}-\\d{2})(?:T|\\s+AT\\s+|,?\\s+|$))?"
            + "(?:(?<hour>\\d{1,2})(?::(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?)?"
            + "\\s*(?<half>[AP]\\.?M\\.?)?)?\\s*(?<offset>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?");

    /** @param now what "now" means, in the zone in which "today" is meant */
    static Moment read(String argument, String text, ZonedDateTime now) throws ToolError {
        var plain = text.strip().toUpperCase(Locale.ROOT).replaceFirst("\\[[^\\]]*\\]$", "");
        return switch (plain) {
            case "NOW" -> new Fixed(now);
            case "TODAY" -> new Day(now.toLocalDate());
            case "TOMORROW" -> new Day(now.toLocalDate().plusDays(1));
            case "YESTERDAY" -> new Day(now.toLocalDate().minusDays(1));
            default -> parsed(argument, text, PATTERN.matcher(plain), now);
        };
    }

    /**
     * Finds a wall time in a zone.
     *
     * @throws ToolError if the zone's clocks skip that time
     */
    static Found in(ZoneId zone, LocalDateTime wall) throws ToolError {
        var rules = zone.getRules();
        var offsets = rules.getValidOffsets(wall);
        if (offsets.size() == 1) {
            return new Found(ZonedDateTime.of(wall, zone), "");
        }
        var change = rules.getTransition(wall);
        var clock = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
        var before = clock.format(change.getDateTimeBefore());
        var after = clock.format(change.getDateTimeAfter());
        if (offsets.isEmpty()) {
            throw new ToolError(
                    "%s on %s does not exist in %s: the clocks go forward from %s to %s. Use a time before %s or from %s on."
                            .formatted(clock.format(wall), wall.toLocalDate(), zone, before, after, before, after));
        }
        return new Found(
                ZonedDateTime.ofLocal(wall, zone, offsets.getFirst()),
                "%s happens twice on %s in %s, because the clocks go back from %s to %s: taken as the first (%s), the second is %s."
                        .formatted(
                                clock.format(wall),
                                wall.toLocalDate(),
                                zone,
                                before,
                                after,
                                offset(offsets.getFirst()),
                                offset(offsets.get(1))));
    }

    static String offset(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
    }

    private static Moment parsed(String argument, String text, Matcher match, ZonedDateTime now) throws ToolError {
        if (!match.matches() || (match.group("date") == null && match.group("hour") == null)) {
            throw new ToolError("\"%s\": cannot read \"%s\". %s".formatted(argument, text, FORMS));
        }
        var date = match.group("date");
        try {
            var day = date == null ? now.toLocalDate() : LocalDate.parse(date);
            if (match.group("hour") == null) {
                if (match.group("offset") != null) {
                    throw new ToolError(
                            "\"%s\": \"%s\" has an offset but no time. %s".formatted(argument, text, FORMS));
                }
                return new Day(day);
            }
            var wall = LocalDateTime.of(day, time(argument, text, match));
            var offset = match.group("offset");
            return offset == null ? new Wall(wall) : new Fixed(wall.atZone(zoneOffset(offset)));
        } catch (DateTimeException e) {
            throw new ToolError("\"%s\": \"%s\" does not exist: %s.".formatted(argument, text, e.getMessage()), e);
        }
    }

    private static LocalTime time(String argument, String text, Matcher match) throws ToolError {
        var hour = Integer.parseInt(match.group("hour"));
        var half = match.group("half");
        if (match.group("minute") == null && half == null) {
            throw new ToolError("\"%s\": cannot read \"%s\". %s".formatted(argument, text, FORMS));
        }
        if (half != null) {
            if (hour < 1 || hour > 12) {
                throw new ToolError("\"%s\": \"%s\" has %d o'clock with am or pm; hours go from 1 to 12 there."
                        .formatted(argument, text, hour));
            }
            hour = hour % 12 + (half.startsWith("P") ? 12 : 0);
        }
        var fraction = match.group("fraction");
        var nanos = fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
        return LocalTime.of(hour, number(match.group("minute")), number(match.group("second")), nanos);
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static ZoneOffset zoneOffset(String offset) {
        return offset.startsWith("+") || offset.startsWith("-") ? ZoneOffset.of(offset) : ZoneOffset.UTC;
    }
}
