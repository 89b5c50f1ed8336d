package dev.forebay.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Free text in a clause: names of things, what is to be written, places, lists. */
final class Phrases {
    record UnitPair(String from, String to) {}

    private static final Pattern CALLED = Pattern.compile(
            "(?i)\\b(?:called|named|titled|labell?ed|under(?: the)?(?: key| name| title)?|with(?: the)? (?:key|name|title)|as(?! (?:an?|the)\\b))\\s+"
                    + "[\"'`“]?([\\p{L}\\p{N}][\\p{L}\\p{N}_.-]*(?: [\\p{L}\\p{N}_.-]+){0,3}?)[\"'`”]?"
                    + "(?=\\s*(?:[:,;?!]|\\.?$)|\\s+(?:with|saying|that|containing|of|to|and|who|in)\\b)");
    private static final Pattern SAYING = Pattern.compile(
            "(?i)\\b(?:saying|that says|that reads|which says|containing|with(?: the| a)? (?:text|contents?|message|body|value|observations?))\\s*:?\\s+(.+)$",
            Pattern.DOTALL);
    private static final Pattern COLON = Pattern.compile("(?<!\\d):\\s+(.+)$", Pattern.DOTALL);
    private static final Pattern ABOUT = Pattern.compile(
            "(?i)\\b(?:for|about|on|matching|containing|contain|with)\\s+(?:the |a |an )?(.+)$", Pattern.DOTALL);
    private static final Pattern THAT = Pattern.compile("(?i)\\b(?:that|with)\\s+(.+)$", Pattern.DOTALL);
    private static final Pattern TAIL = Pattern.compile(
            "(?i)[\\s,]*\\b(?:as|under|called|named|to|into|in)\\s+(?:(?:a|the)\\s+)?(?:file\\s+)?\\S+$");
    private static final Pattern PLACE = Pattern.compile(
            "\\b(?:[Ii]n|[Aa]t|[Ff]or|[Oo]f|[Nn]ear|[Tt]o|[Ff]rom|[Aa]round)\\s+(\\p{Lu}[\\p{L}.'-]*(?:,? \\p{Lu}[\\p{L}.'-]*){0,4}(?:(?:, and |,? and |, )\\p{Lu}[\\p{L}.'-]*(?: \\p{Lu}[\\p{L}.'-]*){0,4}){0,8})");
    private static final Pattern LOWER_PLACE = Pattern.compile(
            "(?i)\\b(?:in|at|near|for)\\s+(?!the\\b|a\\b)(\\p{L}[\\p{L}'-]*(?: \\p{L}[\\p{L}'-]*)?)(?=\\s*(?:[?.!,]|$)|\\s+(?:today|tomorrow|now|right|like|and|this|on|in|at|please)\\b)");
    private static final Pattern COMMA_OR_AND = Pattern.compile("\\s*,\\s*(?:and\\s+)?|\\s+and\\s+");
    private static final Pattern UNIT_TO = Pattern.compile(
            "(?i)\\d\\s*([\\p{L}°/²³]+(?: per \\p{L}+)?)\\s+(?:to|in|into|as)\\s+([\\p{L}°/²³]+(?: per \\p{L}+)?)");
    private static final Pattern HOW_MANY =
            Pattern.compile("(?i)how (?:many|much) ([\\p{L}°/]+)(?: is| are)?(?: in)? -?[\\d.,]+ ?([\\p{L}°/]+)");
    private static final Pattern FOLDER = Pattern.compile(
            "(?i)\\b(?:in|under|of)\\s+(?:the\\s+)?(?:(?:folder|directory)\\s+)?([\\p{L}\\p{N}_.-]+)(?:\\s+(?:folder|directory))?$");
    private static final Pattern WORD = Pattern.compile("\\S+");
    /** Words before what is said that are no part of it, beside those of the tool. */
    private static final Set<String> LEADING = Set.of(
            ("a an the me my us to for of that this with please and can could you back tool say use call using run string"
                            + " exactly word words following down new")
                    .split(" "));

    private static final int TAIL_CHARACTERS_MAX = 200;
    private static final int OWN_WORDS_MAX = 50;
    private static final int KEY_WORDS_MAX = 5;

    private Phrases() {}

    /** "a note called groceries": groceries. */
    static Optional<String> called(String clause) {
        var matcher = CALLED.matcher(clause);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** {@code name: value}, {@code name=value}, {@code name "value"}, {@code name of value}, up to a comma or "and". */
    static Optional<String> named(String clause, String name) {
        var spoken = String.join(
                "[ _-]?", Words.all(name).stream().map(Pattern::quote).toList());
        if (spoken.isEmpty()) {
            return Optional.empty();
        }
        var matcher = Pattern.compile("(?i)\\b" + spoken
                        + "\\s*(?:=|:|\\bis\\b|\\bset to\\b)\\s*(?:\"([^\"]*)\"|'([^']*)'|([^,;]+?)(?=,|;| and |$))|\\b"
                        + spoken + "\\s+(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`)")
                .matcher(clause);
        if (!matcher.find()) {
            return Optional.empty();
        }
        for (var group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return Optional.of(trimmed(matcher.group(group)));
            }
        }
        return Optional.empty();
    }

    /** What is to be written, said or looked for. */
    static Optional<String> content(String clause, Tool tool) {
        var said = saying(clause);
        if (said.isPresent()) {
            return said;
        }
        var rest = afterOwnWords(clause, tool);
        var that = THAT.matcher(clause);
        if (called(clause).isPresent() && that.find()) {
            return text(that.group(1));
        }
        return text(tool.changingVerbs().isEmpty() ? rest : withoutTail(trimmed(rest)));
    }

    /** What follows "saying", "with observations" or a colon. */
    static Optional<String> saying(String clause) {
        for (var pattern : List.of(SAYING, COLON)) {
            var matcher = pattern.matcher(clause);
            if (matcher.find()) {
                return text(matcher.group(1));
            }
        }
        return Optional.empty();
    }

    /** "5 km to miles", "how many miles are 5 km". */
    static Optional<UnitPair> units(String clause) {
        var to = UNIT_TO.matcher(clause);
        if (to.find()) {
            return Optional.of(new UnitPair(to.group(1), to.group(2)));
        }
        var many = HOW_MANY.matcher(clause);
        return many.find() ? Optional.of(new UnitPair(many.group(2), many.group(1))) : Optional.empty();
    }

    /** "in reports", "in the reports folder". */
    static Optional<String> folder(String clause) {
        var folder = FOLDER.matcher(trimmed(clause));
        return folder.find() && !Words.isStop(folder.group(1)) ? Optional.of(folder.group(1)) : Optional.empty();
    }

    /** What follows "for", "about" or "containing". */
    static Optional<String> about(String clause) {
        var about = ABOUT.matcher(clause);
        return about.find() ? text(about.group(1)) : Optional.empty();
    }

    /** What a search is for. */
    static Optional<String> query(String clause, Tool tool) {
        return about(clause).or(() -> content(clause, tool));
    }

    /** The name of the thing that a clause is about: what is left of it without the words of the tool. */
    static Optional<String> key(String clause, Tool tool) {
        var called = called(clause);
        if (called.isPresent()) {
            return called;
        }
        var colon = COLON.matcher(clause);
        var before = (colon.find() ? clause.substring(0, colon.start()) : clause).replaceAll("\"[^\"]*\"", " ");
        var own = tool.ownWords();
        var left = new ArrayList<String>();
        for (var word : WORD.matcher(before).results().toList()) {
            var plain = trimmed(word.group()).replaceAll("^[\"'`(]+|[\"'`)]+$|'s$", "");
            var isOwn = Words.all(plain).stream()
                    .allMatch(part -> Words.isStop(part) || Words.isLight(part) || own.contains(Words.stem(part)));
            if (!isOwn) {
                left.add(plain);
            }
        }
        return left.isEmpty() || left.size() > KEY_WORDS_MAX ? Optional.empty() : Optional.of(String.join(" ", left));
    }

    /** A short name made from what is written. */
    static Optional<String> keyFor(String content) {
        var words = List.copyOf(Words.stems(content));
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join("-", words.subList(0, Math.min(3, words.size()))));
    }

    /** Places after "in", "for" and the like: written with capitals, or else the one or two words there. */
    static List<String> places(String clause) {
        var places = new ArrayList<String>();
        for (var matcher = PLACE.matcher(clause); matcher.find(); ) {
            places.addAll(items(matcher.group(1)));
        }
        var lower = LOWER_PLACE.matcher(clause);
        if (places.isEmpty() && lower.find()) {
            places.add(lower.group(1));
        }
        return places;
    }

    /** "a, b and c" as three. */
    static List<String> items(String list) {
        var items = new ArrayList<String>();
        for (var item : COMMA_OR_AND.split(trimmed(list), -1)) {
            var plain = item.strip().replaceAll("^[\"'`\\[]+|[\"'`\\]]+$", "");
            if (!plain.isEmpty()) {
                items.add(plain);
            }
        }
        return items;
    }

    /** "milk and eggs as groceries" without the last two words. */
    private static String withoutTail(String text) {
        var from = Math.max(0, text.length() - TAIL_CHARACTERS_MAX);
        return text.substring(0, from) + TAIL.matcher(text.substring(from)).replaceFirst("");
    }

    private static String afterOwnWords(String clause, Tool tool) {
        var own = tool.ownWords();
        for (var word : WORD.matcher(clause).results().limit(OWN_WORDS_MAX).toList()) {
            var parts = Words.all(word.group());
            var isOwn = parts.stream().allMatch(part -> own.contains(Words.stem(part)) || LEADING.contains(part));
            if (!isOwn) {
                return clause.substring(word.start());
            }
        }
        return "";
    }

    private static Optional<String> text(String raw) {
        var trimmed = trimmed(raw);
        var quoted = trimmed.length() > 1
                && trimmed.charAt(0) == trimmed.charAt(trimmed.length() - 1)
                && "\"'`".indexOf(trimmed.charAt(0)) >= 0;
        var plain = quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed;
        return plain.isEmpty() ? Optional.empty() : Optional.of(plain);
    }

    /** Without blanks around it and punctuation at its end. */
    private static String trimmed(String text) {
        var end = text.length();
        while (end > 0
                && (Character.isWhitespace(text.charAt(end - 1)) || ".?!,;".indexOf(text.charAt(end - 1)) >= 0)) {
            end--;
        }
        return text.substring(0, end).stripLeading();
    }
}
