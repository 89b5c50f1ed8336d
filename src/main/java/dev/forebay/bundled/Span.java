package dev.forebay.bundled;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A length of time as people write it: calendar units, which differ in length, and clock units, which do not.
 *
 * @param date added on the calendar, first
 * @param time added on the clock, then
 */
record Span(Period date, Duration time) {
    private static final String FORMS =
            "Write it as \"2 hours 30 minutes\", \"1 month\", \"-10 days\" or \"P1Y2M3DT4H\".";
    private static final Pattern WORDS = Pattern.compile(
            "(?<sign>[+-]?)(?<number>\\d{1,9}(?:\\.\\d{1,9})?)\\s*(?<unit>[a-z]+)(?:\\s*(?:,|and)\\s*|\\s*)");
    private static final Pattern ISO = Pattern.compile("(?<sign>[+-]?)p(?<date>(?:[+-]?\\d{1,9}[ymwd])*)"
            + "(?:t(?<time>(?:[+-]?\\d{1,9}(?:\\.\\d{1,9})?[hms])+))?");

    boolean hasTime() {
        return !time.isZero();
    }

    static Span read(String argument, String text) throws ToolError {
        var plain = text.strip().toLowerCase(Locale.ROOT).replace('−', '-');
        var iso = ISO.matcher(plain);
        var words = plain;
        var negative = false;
        if (iso.matches()) {
            // Minutes and months share a letter in ISO 8601; the part tells them apart.
            var time = iso.group("time");
            words = iso.group("date").replace("m", "mo") + (time == null ? "" : time.replace("m", "min"));
            negative = iso.group("sign").equals("-");
        } else {
            if (words.endsWith(" ago")) {
                negative = true;
                words = words.substring(0, words.length() - 4);
            }
            if (words.startsWith("minus ")) {
                negative = !negative;
                words = words.substring(6);
            }
            // A sign in front of several parts is meant for all of them.
            if (words.startsWith("-") && words.indexOf('-', 1) < 0 && words.indexOf('+') < 0) {
                negative = !negative;
                words = words.substring(1).strip();
            }
        }
        var span = sum(argument, text, words);
        return negative ? new Span(span.date.negated(), span.time.negated()) : span;
    }

    private static Span sum(String argument, String text, String words) throws ToolError {
        var parts = new ArrayList<Span>();
        var match = WORDS.matcher(words);
        var end = 0;
        while (match.find() && match.start() == end) {
            parts.add(part(argument, match.group("unit"), new BigDecimal(match.group("sign") + match.group("number"))));
            end = match.end();
        }
        if (parts.isEmpty() || end != words.length()) {
            throw new ToolError("\"%s\": cannot read \"%s\" as a length of time. %s".formatted(argument, text, FORMS));
        }
        return total(argument, parts);
    }

    private static Span total(String argument, List<Span> parts) throws ToolError {
        var date = Period.ZERO;
        var time = Duration.ZERO;
        try {
            for (var part : parts) {
                date = date.plus(part.date);
                time = time.plus(part.time);
            }
        } catch (ArithmeticException e) {
            throw new ToolError("\"%s\" is too long.".formatted(argument), e);
        }
        return new Span(date, time);
    }

    private static Span part(String argument, String unit, BigDecimal number) throws ToolError {
        return switch (unit) {
            case "y", "yr", "yrs", "year", "years" -> days(Period.ofYears(whole(argument, unit, number)));
            case "mo", "mos", "month", "months" -> days(Period.ofMonths(whole(argument, unit, number)));
            case "w", "wk", "wks", "week", "weeks" ->
                days(Period.ofDays(whole(argument, unit, number.multiply(BigDecimal.valueOf(7)))));
            case "d", "day", "days" -> days(Period.ofDays(whole(argument, unit, number)));
            case "h", "hr", "hrs", "hour", "hours" -> clock(number, 3600);
            case "m", "min", "mins", "minute", "minutes" -> clock(number, 60);
            case "s", "sec", "secs", "second", "seconds" -> clock(number, 1);
            default ->
                throw new ToolError(
                        "\"%s\": no unit \"%s\"; there are years, months, weeks, days, hours, minutes, seconds."
                                .formatted(argument, unit));
        };
    }

    private static Span days(Period date) {
        return new Span(date, Duration.ZERO);
    }

    private static Span clock(BigDecimal number, int seconds) {
        var nanos = number.multiply(BigDecimal.valueOf(seconds)).movePointRight(9);
        var parts = nanos.toBigInteger()
                .divideAndRemainder(BigDecimal.valueOf(1_000_000_000).toBigInteger());
        return new Span(Period.ZERO, Duration.ofSeconds(parts[0].longValue(), parts[1].longValue()));
    }

    private static int whole(String argument, String unit, BigDecimal number) throws ToolError {
        try {
            return number.intValueExact();
        } catch (ArithmeticException e) {
            throw new ToolError(
                    "\"%s\": %s %s is not a whole number of days, months or years; use hours for parts of a day."
                            .formatted(argument, number.toPlainString(), unit),
                    e);
        }
    }
}
