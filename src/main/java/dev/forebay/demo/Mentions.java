package dev.forebay.demo;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a clause mentions by its form: quoted strings, addresses, dates, times, durations, zones, paths, numbers. */
final class Mentions {
    enum Form {
        QUOTED,
        URL,
        EMAIL,
        DATE,
        CLOCK,
        DURATION,
        ZONE,
        GLOB,
        PATH,
        NUMBER
    }

    /** @param value in the form that tools expect: ISO dates, numbers without thousands separators */
    record Mention(Form form, String value, int from, int to) {
        boolean overlaps(Mention other) {
            return from < other.to && other.from < to;
        }
    }

    private static final String MONTHS =
            "january february march april may june july august september october november december";
    private static final String MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
    private static final Pattern QUOTED =
            Pattern.compile("\"([^\"]*)\"|“([^”]*)”|`([^`]*)`|(?<![\\p{L}\\d])'([^']*)'(?![\\p{L}\\d])");
    private static final Pattern URL = Pattern.compile("\\b(?:https?|ftp|file|data):[^\\s\"'<>]*[^\\s\"'<>.,;:!?)]");
    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+){1,8}");
    private static final Pattern ISO_DATE = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})?)?(?!\\d)");
    private static final Pattern DAY_MONTH =
            Pattern.compile("(?i)\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?" + MONTH + ",? (\\d{4})\\b");
    private static final Pattern MONTH_DAY =
            Pattern.compile("(?i)\\b" + MONTH + " (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b");
    private static final Pattern RELATIVE =
            Pattern.compile("(?i)(?<![\\w/.-])(today|tomorrow|yesterday)(?![/-]|\\.\\w|\\w)");
    private static final Pattern CLOCK =
            Pattern.compile("(?i)\\b(\\d{1,2}):(\\d{2})(?::\\d{2})?(?: ?([ap])\\.?m\\b)?|\\b(\\d{1,2}) ?([ap])m\\b");
    private static final String UNIT = "(second|sec|minute|min|hour|hr|day|week|month|year)s?";
    private static final Pattern DURATION =
            Pattern.compile("(?i)\\b((?:\\d+|an?) ?" + UNIT + "(?:(?:,| and|, and)? \\d+ ?" + UNIT + "){0,6})\\b");
    private static final Pattern ISO_DURATION =
            Pattern.compile("\\bP(?=[\\dT])(?:\\d+[YMWD]){0,4}(?:T(?:\\d+[HMS]){1,3})?\\b");
    private static final Pattern PART = Pattern.compile("(?i)(\\d+|an?) ?" + UNIT);
    private static final Pattern GLOB = Pattern.compile("(?<![\\w./-])[\\w./-]{0,100}\\*[\\w./*{},-]*");
    private static final Pattern PATH = Pattern.compile(
            "(?<![\\w/.])(?:~|\\.{1,2})?/[\\w./-]*\\w/?|(?<![\\w/.])[\\w-]+(?:/[\\w.-]+){1,32}/?|(?<![\\w/.])[\\w-]+(?:\\.[A-Za-z][A-Za-z0-9]{0,7}){1,4}(?![\\w])|(?<=\\s)\\.(?=\\s|$)");
    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\w.])-?(?:\\d{1,3}(?:,\\d{3}){1,6}(?!\\d)|\\d+)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?(?![\\w])");

    private final List<Mention> all = new ArrayList<>();
    private final LocalDate today;

    private Mentions(LocalDate today) {
        this.today = today;
    }

    /** @param today what "today" means */
    static Mentions in(String text, LocalDate today) {
        var mentions = new Mentions(today);
        mentions.find(text, Form.QUOTED, QUOTED, Mentions::inner);
        mentions.find(text, Form.URL, URL, MatchResult::group);
        mentions.find(text, Form.EMAIL, EMAIL, MatchResult::group);
        mentions.find(text, Form.DATE, ISO_DATE, match -> match.group().replace(' ', 'T'));
        mentions.find(text, Form.DATE, DAY_MONTH, match -> date(match.group(3), match.group(2), match.group(1)));
        mentions.find(text, Form.DATE, MONTH_DAY, match -> date(match.group(3), match.group(1), match.group(2)));
        mentions.find(text, Form.DATE, RELATIVE, mentions::relative);
        mentions.find(text, Form.CLOCK, CLOCK, Mentions::clock);
        mentions.find(text, Form.DURATION, ISO_DURATION, MatchResult::group);
        mentions.find(text, Form.DURATION, DURATION, match -> isoDuration(match.group()));
        for (var zone : Zones.find(text)) {
            mentions.add(new Mention(Form.ZONE, zone.zone(), zone.from(), zone.to()));
        }
        mentions.find(text, Form.GLOB, GLOB, match -> match.group().matches("\\*+|[\\d*.]+") ? "" : match.group());
        mentions.find(text, Form.PATH, PATH, MatchResult::group);
        mentions.find(text, Form.NUMBER, NUMBER, match -> match.group().replace(",", ""));
        return mentions;
    }

    /** Only the quoted strings. */
    static List<Mention> quotedIn(String text) {
        var mentions = new Mentions(LocalDate.EPOCH);
        mentions.find(text, Form.QUOTED, QUOTED, Mentions::inner);
        return mentions.all;
    }

    /** Those of a form, in order of appearance. */
    List<Mention> of(Form form) {
        return all.stream()
                .filter(mention -> mention.form() == form)
                .sorted((a, b) -> Integer.compare(a.from(), b.from()))
                .toList();
    }

    boolean has(Form form) {
        return all.stream().anyMatch(mention -> mention.form() == form);
    }

    /** A value that is empty means: no such thing after all. */
    private void find(String text, Form form, Pattern pattern, Function<MatchResult, String> value) {
        for (var matcher = pattern.matcher(text); matcher.find(); ) {
            var found = value.apply(matcher);
            if (!found.isEmpty()) {
                add(new Mention(form, found, matcher.start(), matcher.end()));
            }
        }
    }

    /** What stands in quotes may be a path or a date too; otherwise the form that was looked for first wins. */
    private void add(Mention mention) {
        var clash = all.stream()
                .anyMatch(other ->
                        other.form() != Form.QUOTED && other.form() != Form.DURATION && other.overlaps(mention));
        if (!clash) {
            all.add(mention);
        }
    }

    private static String inner(MatchResult match) {
        for (var group = 1; group <= match.groupCount(); group++) {
            if (match.group(group) != null) {
                return match.group(group);
            }
        }
        return "";
    }

    private String relative(MatchResult match) {
        return switch (match.group().toLowerCase(Locale.ROOT)) {
            case "tomorrow" -> today.plusDays(1).toString();
            case "yesterday" -> today.minusDays(1).toString();
            default -> today.toString();
        };
    }

    private static String date(String year, String month, String day) {
        var short3 = month.toLowerCase(Locale.ROOT).substring(0, 3);
        var number = 1;
        for (var name : MONTHS.split(" ", -1)) {
            if (name.startsWith(short3)) {
                break;
            }
            number++;
        }
        try {
            return LocalDate.of(Integer.parseInt(year), number, Integer.parseInt(day))
                    .toString();
        } catch (DateTimeException _) {
            return "";
        }
    }

    private static String clock(MatchResult match) {
        var hour = Integer.parseInt(match.group(1) == null ? match.group(4) : match.group(1));
        var minute = match.group(2) == null ? 0 : Integer.parseInt(match.group(2));
        var half = match.group(1) == null ? match.group(5) : match.group(3);
        if (half != null) {
            hour = hour % 12 + (half.equalsIgnoreCase("p") ? 12 : 0);
        }
        return hour > 23 || minute > 59 ? "" : "%02d:%02d".formatted(hour, minute);
    }

    private static String isoDuration(String text) {
        var date = new StringBuilder();
        var time = new StringBuilder();
        for (var matcher = PART.matcher(text); matcher.find(); ) {
            var amount = Character.isDigit(matcher.group(1).charAt(0)) ? matcher.group(1) : "1";
            var unit = matcher.group(2).toLowerCase(Locale.ROOT);
            var letter = Map.of(
                            "sec", "S", "min", "M", "hou", "H", "hr", "H", "day", "D", "wee", "W", "mon", "M", "yea",
                            "Y")
                    .getOrDefault(unit.substring(0, Math.min(3, unit.length())), "D");
            (unit.matches("sec.*|min.*|h.*") ? time : date).append(amount).append(letter);
        }
        return "P" + date + (time.isEmpty() ? "" : "T" + time);
    }
}
