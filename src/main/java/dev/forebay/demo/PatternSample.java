package dev.forebay.demo;

import java.util.Optional;

/**
 * A text for a regular expression of the plain sort: literals, classes, groups, alternatives, counts. Empty for what it
 * does not read (look-around, back references); whoever asks checks the text against the expression.
 */
final class PatternSample {
    private static final int REPEATS_MAX = 1_000;

    private static final class Unread extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final String pattern;
    private final int repeats;
    private int at;

    private PatternSample(String pattern, int repeats) {
        this.pattern = pattern;
        this.repeats = repeats;
    }

    /** @param lengthMin open-ended counts are drawn out to this */
    static Optional<String> of(String pattern, int lengthMin) {
        try {
            var sample = new PatternSample(pattern, Math.min(Math.max(1, lengthMin), REPEATS_MAX));
            var text = sample.alternatives();
            return sample.at == pattern.length() ? Optional.of(text) : Optional.empty();
        } catch (Unread | IndexOutOfBoundsException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** The first alternative; the others are read and forgotten. */
    private String alternatives() {
        var first = sequence();
        while (at < pattern.length() && pattern.charAt(at) == '|') {
            at++;
            sequence();
        }
        return first;
    }

    private String sequence() {
        var text = new StringBuilder();
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            var one = atom();
            text.append(one.repeat(count()));
        }
        return text.toString();
    }

    private String atom() {
        var c = pattern.charAt(at++);
        return switch (c) {
            case '^', '$' -> "";
            case '.' -> "a";
            case '[' -> oneOfClass();
            case '(' -> group();
            case '\\' -> escaped(pattern.charAt(at++));
            case '*', '+', '?', '{' -> throw new Unread();
            default -> Character.toString(c);
        };
    }

    private String group() {
        if (pattern.startsWith("?:", at)) {
            at += 2;
        } else if (pattern.startsWith("?<", at) && "=!".indexOf(pattern.charAt(at + 2)) < 0) {
            at = pattern.indexOf('>', at) + 1;
        } else if (pattern.charAt(at) == '?') {
            throw new Unread();
        }
        var inner = alternatives();
        if (pattern.charAt(at++) != ')') {
            throw new Unread();
        }
        return inner;
    }

    private String oneOfClass() {
        if (pattern.charAt(at) == '^') {
            throw new Unread();
        }
        var first = pattern.charAt(at) == '\\' ? escaped(pattern.charAt(++at)) : Character.toString(pattern.charAt(at));
        at++;
        while (pattern.charAt(at) != ']') {
            at += pattern.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
        return first;
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'd' -> "1";
            case 'w' -> "a";
            case 's' -> " ";
            case 'b' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new Unread();
                }
                yield Character.toString(c);
            }
        };
    }

    private int count() {
        if (at >= pattern.length()) {
            return 1;
        }
        var count = switch (pattern.charAt(at)) {
            case '?' -> {
                at++;
                yield 0;
            }
            case '*', '+' -> {
                at++;
                yield repeats;
            }
            case '{' -> braces();
            default -> 1;
        };
        if (at < pattern.length() && pattern.charAt(at) == '?') {
            at++;
        }
        return count;
    }

    private int braces() {
        var close = pattern.indexOf('}', at);
        var inside = pattern.substring(at + 1, close);
        at = close + 1;
        var comma = inside.indexOf(',');
        var min = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
        return Math.min(min, REPEATS_MAX);
    }
}
