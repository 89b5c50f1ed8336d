package dev.forebay.bundled;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** Arithmetic on dates. */
final class CalendarTools {
    private final InstantSource clock;
    private final Zones zones;

    CalendarTools(InstantSource clock, Zones zones) {
        this.clock = clock;
        this.zones = zones;
    }

    List<Tool> tools() {
        return List.of(addDuration(), daysBetween());
    }

    private Tool addDuration() {
        var gives = Stream.concat(
                        Stream.of(Field.text("start", "What was added to, ISO 8601.")),
                        Stream.concat(
                                Stated.FIELDS.stream(),
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
                        zones.argument("zone", "Zone to count in").optional()),
                gives,
                this::add);
    }

    private Answer add(Arguments arguments) throws ToolError {
        var zone = zones.zoneOrLocal(arguments.optionalText("zone"));
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
        Stated.checkYear(end.toLocalDate());
        var wanted = start.toLocalDateTime().plus(span.date());
        var facts = Answer.facts().put("start", Stated.ISO.format(start));
        facts.setAll(Stated.facts(end));
        var note = "";
        if (!moved.toLocalDateTime().equals(wanted)) {
            note = "%s does not exist in %s, because the clocks go forward then; counted from %s instead."
                    .formatted(wanted.toString().replace('T', ' '), zone, Stated.PLAIN.format(moved));
            facts.put("note", note);
        }
        var isDate = moment instanceof Moment.Day && !span.hasTime();
        return new Answer(
                "%s after %s is %s. %s"
                        .formatted(
                                arguments.text("duration"),
                                isDate ? start.toLocalDate() : Stated.words(start),
                                isDate
                                        ? end.toLocalDate() + ", a " + Stated.weekday(end.getDayOfWeek())
                                        : Stated.words(end),
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
                                Stated.weekday(from.getDayOfWeek()),
                                from,
                                Stated.weekday(to.getDayOfWeek()),
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
}
