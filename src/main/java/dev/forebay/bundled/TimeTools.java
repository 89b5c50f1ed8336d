package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Time with zones, and arithmetic on dates. */
final class TimeTools {
    private static final int YEAR_MAX = 9999;
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);
    private static final DateTimeFormatter PLAIN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final List<Field> MOMENT = List.of(
            Field.text("zone", "IANA id or offset."),
            Field.text("time", "ISO 8601 with offset."),
            Field.text("date", "The date there."),
            Field.text("clock", "The time of day there, 24 hours."),
            Field.text("weekday", "The day of the week there."),
            Field.text("utc_offset", "Offset from UTC."),
            Field.flag("daylight_saving", "Whether daylight saving time holds."));

    private final InstantSource clock;
    private final Zones zones;

    TimeTools(InstantSource clock, Zones zones) {
        this.clock = clock;
        this.zones = zones;
    }

    Server server() {
        return new Server(
                "time",
                "the current date and time anywhere, conversion between time zones, and arithmetic on dates.",
                List.of(currentTime(), convertTime(), addDuration(), daysBetween()));
    }

    private Tool currentTime() {
        var gives = Stream.concat(
                        MOMENT.stream(),
                        Stream.of(
                                Field.text("utc", "The same time in UTC, ISO 8601."),
                                Field.whole("unix_seconds", "Seconds since 1970-01-01 UTC."),
                                Field.whole("iso_week", "Week of the year, ISO 8601.")))
                .toList();
        return new Tool(
                "current_time",
                "Current date and time",
                "Tells the current date, time of day and weekday, in a time zone or city if one is given. Use it whenever"
                        + " an answer depends on what day or time it is now.",
                Effect.READS,
                List.of(zone("zone", "Where").optional()),
                gives,
                arguments -> {
                    var now = clock.instant().atZone(zoneOrLocal(arguments.optionalText("zone")));
                    var utc = now.withZoneSameInstant(ZoneOffset.UTC);
                    var facts = facts(now)
                            .put("utc", ISO.format(utc).replace("+00:00", "Z"))
                            .put("unix_seconds", now.toEpochSecond())
                            .put("iso_week", now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
                    return new Answer("It is now %s (%s UTC).".formatted(words(now), PLAIN.format(utc)), facts);
                });
    }

    private Tool convertTime() {
        return new Tool(
                "convert_time",
                "Convert a time between zones",
                "Converts a date and time from one time zone or city to another, daylight saving time included.",
                Effect.READS,
                List.of(
                        Field.text("time", "The time to convert. " + Moment.FORMS),
                        zone("from_zone", "Zone of the time, unless the time has an offset itself")
                                .optional(),
                        zone("to_zone", "Zone to convert to").optional()),
                List.of(
                        Field.text("from_zone", "Zone of the time given."),
                        Field.text("from_time", "The time given, ISO 8601 with offset."),
                        Field.text("to_zone", "Zone of the result."),
                        Field.text("to_time", "The result, ISO 8601 with offset."),
                        Field.text("to_weekday", "Its day of the week."),
                        Field.text("difference", "Offset of the second zone from the first."),
                        Field.text("note", "What to know about the time given: whether it happens twice.")
                                .optional()),
                this::convert);
    }

    private Answer convert(Arguments arguments) throws ToolError {
        var zone = zoneOrLocal(arguments.optionalText("from_zone"));
        var text = arguments.text("time");
        var found = switch (Moment.read("time", text, clock.instant().atZone(zone))) {
            case Moment.Day day ->
                throw new ToolError("\"time\": \"%s\" is a date without a time of day; add one as in \"%s 14:30\"."
                        .formatted(text, day.date()));
            case Moment.Wall wall -> Moment.in(zone, wall.time());
            case Moment.Fixed fixed -> new Moment.Found(fixed(arguments, fixed.time(), zone), "");
        };
        var from = found.time();
        var to = from.withZoneSameInstant(zoneOrLocal(arguments.optionalText("to_zone")));
        checkYear(to.toLocalDate());
        var seconds = to.getOffset().getTotalSeconds() - from.getOffset().getTotalSeconds();
        var facts = Answer.facts()
                .put("from_zone", from.getZone().getId())
                .put("from_time", ISO.format(from))
                .put("to_zone", to.getZone().getId())
                .put("to_time", ISO.format(to))
                .put("to_weekday", weekday(to.getDayOfWeek()))
                .put("difference", difference(seconds));
        if (!found.note().isEmpty()) {
            facts.put("note", found.note());
        }
        return new Answer(
                "%s is %s (%s). %s"
                        .formatted(words(from), words(to), difference(seconds), found.note())
                        .strip(),
                facts);
    }

    private ZonedDateTime fixed(Arguments arguments, ZonedDateTime time, ZoneId zone) throws ToolError {
        if (arguments.optionalText("from_zone").isPresent()
                && !zone.getRules().getOffset(time.toInstant()).equals(time.getOffset())) {
            throw new ToolError(
                    "\"time\" has the offset %s, but from_zone %s has %s at that time; leave one of them out."
                            .formatted(
                                    Moment.offset(time.getOffset()),
                                    zone,
                                    Moment.offset(zone.getRules().getOffset(time.toInstant()))));
        }
        return time;
    }

    private Tool addDuration() {
        var gives = Stream.concat(
                        Stream.of(Field.text("start", "What was added to, ISO 8601.")),
                        Stream.concat(
                                MOMENT.stream(),
                                Stream.of(Field.text("note", "What to know about the result.")
                                        .optional())))
                .toList();
        return new Tool(
                "add_duration",
                "Add a length of time to a date",
                "Adds a length of time to a date or time, or takes it away if it is negative. Days, weeks, months and years"
                        + " are counted on the calendar, hours and less on the clock, across changes of daylight saving time.",
                Effect.READS,
                List.of(
                        Field.text(
                                "duration",
                                "What to add: \"2 hours 30 minutes\", \"1 month\", \"-10 days\", \"3 weeks ago\","
                                        + " or ISO 8601 as in P1Y2M3DT4H."),
                        Field.text("start", "What to add it to. " + Moment.FORMS)
                                .orElse("now"),
                        zone("zone", "Zone to count in").optional()),
                gives,
                this::add);
    }

    private Answer add(Arguments arguments) throws ToolError {
        var zone = zoneOrLocal(arguments.optionalText("zone"));
        var span = Span.read("duration", arguments.text("duration"));
        var moment =
                Moment.read("start", arguments.text("start"), clock.instant().atZone(zone));
        var start = switch (moment) {
            case Moment.Day day -> day.date().atStartOfDay(zone);
            case Moment.Wall wall -> Moment.in(zone, wall.time()).time();
            case Moment.Fixed fixed ->
                arguments.optionalText("zone").isPresent() ? fixed.time().withZoneSameInstant(zone) : fixed.time();
        };
        ZonedDateTime moved;
        ZonedDateTime end;
        try {
            moved = start.plus(span.date());
            end = moved.plus(span.time());
        } catch (DateTimeException | ArithmeticException e) {
            throw new ToolError("The result is out of range: years go from 1 to 9999.", e);
        }
        checkYear(end.toLocalDate());
        var wanted = start.toLocalDateTime().plus(span.date());
        var facts = Answer.facts().put("start", ISO.format(start));
        facts.setAll(facts(end));
        var note = "";
        if (!moved.toLocalDateTime().equals(wanted)) {
            note = "%s does not exist in %s, because the clocks go forward then; counted from %s instead."
                    .formatted(wanted.toString().replace('T', ' '), zone, PLAIN.format(moved));
            facts.put("note", note);
        }
        var isDate = moment instanceof Moment.Day && !span.hasTime();
        return new Answer(
                "%s after %s is %s. %s"
                        .formatted(
                                arguments.text("duration"),
                                isDate ? start.toLocalDate() : words(start),
                                isDate ? end.toLocalDate() + ", a " + weekday(end.getDayOfWeek()) : words(end),
                                note)
                        .strip(),
                facts);
    }

    private Tool daysBetween() {
        return new Tool(
                "days_between",
                "Count days between dates",
                "Counts the days, weeks, months and years between two dates, and how many of them are Monday to Friday.",
                Effect.READS,
                List.of(
                        Field.text("from", "First date. " + Moment.FORMS),
                        Field.text(
                                "to", "Second date, not counted itself. Negative results if it is before the first.")),
                List.of(
                        Field.text("from", "First date."),
                        Field.text("to", "Second date."),
                        Field.whole("days", "Days from the first to the second; negative if the second is earlier."),
                        Field.whole(
                                "weekdays",
                                "How many of these days are Monday to Friday, first date counted, second not."),
                        Field.whole("years", "Whole years of the same length of time."),
                        Field.whole("months", "Whole months beyond the years."),
                        Field.whole("remaining_days", "Days beyond the months.")),
                this::between);
    }

    private Answer between(Arguments arguments) throws ToolError {
        var from = date("from", arguments.text("from"));
        var to = date("to", arguments.text("to"));
        var days = ChronoUnit.DAYS.between(from, to);
        var weekdays = days < 0 ? -weekdays(to, from) : weekdays(from, to);
        var period = Period.between(from, to);
        var facts = Answer.facts()
                .put("from", from.toString())
                .put("to", to.toString())
                .put("days", days)
                .put("weekdays", weekdays)
                .put("years", period.getYears())
                .put("months", period.getMonths())
                .put("remaining_days", period.getDays());
        return new Answer(
                "From %s %s to %s %s: %,d days (%,d of them Monday to Friday), or %d years, %d months and %d days."
                        .formatted(
                                weekday(from.getDayOfWeek()),
                                from,
                                weekday(to.getDayOfWeek()),
                                to,
                                days,
                                weekdays,
                                period.getYears(),
                                period.getMonths(),
                                period.getDays()),
                facts);
    }

    /** Monday to Friday in [from, to). */
    private static long weekdays(LocalDate from, LocalDate to) {
        var weeks = ChronoUnit.DAYS.between(from, to) / 7;
        return weeks * 5
                + from.plusWeeks(weeks)
                        .datesUntil(to)
                        .filter(d -> d.getDayOfWeek().getValue() <= DayOfWeek.FRIDAY.getValue())
                        .count();
    }

    private LocalDate date(String argument, String text) throws ToolError {
        return switch (Moment.read(argument, text, clock.instant().atZone(zones.local()))) {
            case Moment.Day day -> day.date();
            case Moment.Wall wall -> wall.time().toLocalDate();
            case Moment.Fixed fixed -> fixed.time().toLocalDate();
        };
    }

    private ZoneId zoneOrLocal(Optional<String> name) throws ToolError {
        return name.isPresent() ? zones.find(name.get()) : zones.local();
    }

    private Field zone(String name, String purpose) {
        return Field.text(
                name,
                "%s: IANA id (Europe/Berlin), city (Tokyo), UTC, or offset (+02:00). Without it %s."
                        .formatted(purpose, zones.local()));
    }

    private static void checkYear(LocalDate date) throws ToolError {
        if (date.getYear() < 1 || date.getYear() > YEAR_MAX) {
            throw new ToolError("The result is out of range: years go from 1 to %d.".formatted(YEAR_MAX));
        }
    }

    private static ObjectNode facts(ZonedDateTime time) {
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

    private static String words(ZonedDateTime time) {
        return "%s %s in %s (UTC%s)"
                .formatted(
                        weekday(time.getDayOfWeek()),
                        PLAIN.format(time),
                        time.getZone().getId(),
                        Moment.offset(time.getOffset()));
    }

    private static String difference(int seconds) {
        return "%s%d:%02d hours"
                .formatted(seconds < 0 ? "-" : "+", Math.abs(seconds) / 3600, Math.abs(seconds) / 60 % 60);
    }

    private static String weekday(DayOfWeek day) {
        return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }
}
