package dev.forebay.bundled;

import dev.forebay.bundled.Expression.Binary;
import dev.forebay.bundled.Expression.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recursive descent over one expression. From weakest to strongest: + and -; * / % mod of; sign; ^ to the right; ! and
 * percent behind their operand.
 */
final class Parser {
    static final int DEPTH_MAX = 64;
    private static final Pattern NUMBER = Pattern.compile("(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,6}(?!\\d))?");
    private static final Pattern NAME = Pattern.compile("[a-zA-Zπ][a-zA-Z0-9_]*");

    @FunctionalInterface
    private interface Rule {
        Expression parse() throws ToolError;
    }

    private final String text;
    private int position;
    private int depth;

    private Parser(String text) {
        this.text = text;
    }

    static Expression parse(String text) throws ToolError {
        var parser = new Parser(text.replace('×', '*')
                .replace('·', '*')
                .replace('÷', '/')
                .replace('−', '-')
                .replace('–', '-')
                .replace("**", "^"));
        var expression = parser.sum();
        if (parser.peek() != 0) {
            throw parser.unexpected();
        }
        return expression;
    }

    private Expression sum() throws ToolError {
        var left = product();
        while (true) {
            if (take('+')) {
                left = new Binary(Operator.ADD, left, product());
            } else if (take('-')) {
                left = new Binary(Operator.SUBTRACT, left, product());
            } else {
                return left;
            }
        }
    }

    private Expression product() throws ToolError {
        var left = signed();
        while (true) {
            if (take('*') || takeWord("of")) {
                left = new Binary(Operator.MULTIPLY, left, signed());
            } else if (take('/')) {
                left = new Binary(Operator.DIVIDE, left, signed());
            } else if (take('%') || takeWord("mod")) {
                left = new Binary(Operator.REMAINDER, left, signed());
            } else {
                return left;
            }
        }
    }

    private Expression signed() throws ToolError {
        if (take('-')) {
            return new Expression.Negated(deeper(this::signed));
        }
        return take('+') ? deeper(this::signed) : power();
    }

    private Expression power() throws ToolError {
        var base = postfix();
        return take('^') ? new Binary(Operator.POWER, base, deeper(this::signed)) : base;
    }

    private Expression postfix() throws ToolError {
        var operand = primary();
        while (true) {
            if (take('!')) {
                operand = new Expression.Factorial(operand);
            } else if (peek() == '%' && !isOperandNext(position + 1)) {
                position++;
                operand = new Expression.Percent(operand);
            } else {
                return operand;
            }
        }
    }

    /** A % with an operand behind it is a remainder, else a percentage. */
    private boolean isOperandNext(int from) {
        var rest = text.substring(from).stripLeading();
        return !rest.isEmpty()
                && (Character.isLetterOrDigit(rest.charAt(0)) || rest.charAt(0) == '.' || rest.charAt(0) == '(')
                && !rest.toLowerCase(Locale.ROOT).matches("(?s)(of|mod)\\b.*");
    }

    private Expression primary() throws ToolError {
        if (take('(')) {
            var inner = deeper(this::sum);
            expect(')');
            return inner;
        }
        peek();
        var number = NUMBER.matcher(text).region(position, text.length());
        if (number.lookingAt()) {
            return number(number);
        }
        var name = NAME.matcher(text).region(position, text.length());
        if (name.lookingAt()) {
            return named(name);
        }
        throw unexpected();
    }

    private Expression number(Matcher match) throws ToolError {
        position = match.end();
        var next = position < text.length() ? text.charAt(position) : ' ';
        if (Character.isLetterOrDigit(next) || next == '.' || next == '_') {
            throw new ToolError(
                    "Cannot read the number at position %d of \"%s\"; write it as 1234.5 or 1.5e3, and * between factors."
                            .formatted(match.start() + 1, text));
        }
        return new Expression.Value(new BigDecimal(match.group()));
    }

    private Expression named(Matcher match) throws ToolError {
        var start = position;
        position = match.end();
        var name = match.group().toLowerCase(Locale.ROOT);
        if (peek() != '(') {
            return switch (name) {
                case "pi", "π" -> new Expression.Value(Series.PI);
                case "e" -> new Expression.Value(Series.E);
                default -> throw new ToolError(unknown("value", match.group(), start));
            };
        }
        var function = Function.named(name).orElseThrow(() -> new ToolError(unknown("function", match.group(), start)));
        var arguments = arguments();
        if (!function.takes(arguments.size())) {
            throw new ToolError(
                    "%s at position %d takes %s, got %d. A comma separates arguments: write 1000, not 1,000."
                            .formatted(name, start + 1, function.arity(), arguments.size()));
        }
        return new Expression.Call(function, arguments);
    }

    private List<Expression> arguments() throws ToolError {
        expect('(');
        var arguments = new ArrayList<Expression>();
        if (!take(')')) {
            do {
                arguments.add(deeper(this::sum));
            } while (take(','));
            expect(')');
        }
        return List.copyOf(arguments);
    }

    /** Bounds the depth of the stack. */
    private Expression deeper(Rule rule) throws ToolError {
        if (++depth > DEPTH_MAX) {
            throw new ToolError(
                    "The expression is nested deeper than %d; calculate parts of it first.".formatted(DEPTH_MAX));
        }
        var expression = rule.parse();
        depth--;
        return expression;
    }

    private String unknown(String kind, String name, int start) {
        return "No %s \"%s\" (position %d). There are the functions %s and the values pi and e; put * between factors."
                .formatted(kind, name, start + 1, Function.words());
    }

    private ToolError unexpected() {
        if (peek() == 0) {
            return new ToolError("\"%s\" ends where a number or \"(\" is needed.".formatted(text));
        }
        var hint = switch (text.charAt(position)) {
            case ',' -> " A comma only separates a function's arguments: write 1000, not 1,000, and 0.5, not 0,5.";
            case '(' -> " Write * between factors.";
            case '$', '€', '£', '¥' -> " Leave currency signs out.";
            case '=' -> " Give an expression without =.";
            default -> "";
        };
        return new ToolError("Unexpected \"%s\" at position %d of \"%s\".%s"
                .formatted(Character.toString(text.codePointAt(position)), position + 1, text, hint));
    }

    private char peek() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        return position < text.length() ? text.charAt(position) : 0;
    }

    private boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        position++;
        return true;
    }

    private boolean takeWord(String word) {
        peek();
        var end = position + word.length();
        if (!text.regionMatches(true, position, word, 0, word.length())
                || (end < text.length() && Character.isLetterOrDigit(text.charAt(end)))) {
            return false;
        }
        position = end;
        return true;
    }

    private void expect(char c) throws ToolError {
        if (!take(c)) {
            throw peek() == 0
                    ? new ToolError("A \"%s\" is missing at the end of \"%s\".".formatted(c, text))
                    : unexpected();
        }
    }
}
