package dev.forebay.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arithmetic in a message, written the way calculators read it: "17.5 % of 2,349" becomes {@code 2349*17.5/100}. */
final class Expressions {
    private record Rule(Pattern pattern, String replacement) {
        static Rule of(String pattern, String replacement) {
            return new Rule(Pattern.compile(pattern.replace("N", NUMBER)), replacement);
        }
    }

    private static final String NUMBER = "([-]?\\d+(?:\\.\\d+)?)";
    private static final Pattern THOUSANDS = Pattern.compile("(?<![\\d.])(\\d{1,3}(?:,\\d{3}){1,6})(?![\\d,])");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.+Z-]*)?");
    private static final List<Rule> RULES = List.of(
            Rule.of("N ?(?:%|percent|per cent) of N", "$2*$1/100"),
            Rule.of("(?:sum of|add) N (?:and|to|,) ?N", "$1+$2"),
            Rule.of("difference (?:of|between) N and N", "$1-$2"),
            Rule.of("subtract N from N", "$2-$1"),
            Rule.of("product of N and N", "$1*$2"),
            Rule.of("multiply N (?:by|with|and) N", "$1*$2"),
            Rule.of("divide N by N", "$1/$2"),
            Rule.of("(?:the )?square root of N", "sqrt($1)"),
            Rule.of("N squared", "$1^2"),
            Rule.of("N cubed", "$1^3"),
            Rule.of("(?<=[\\d)]) ?(?:to the power of|\\*\\*) ?(?=[\\d(-])", "^"),
            Rule.of("(?<=[\\d)]) ?(?:plus) ?(?=[\\d(-])", "+"),
            Rule.of("(?<=[\\d)]) ?(?:minus|−) ?(?=[\\d(-])", "-"),
            Rule.of("(?<=[\\d)]) ?(?:times|multiplied by|×|x) ?(?=[\\d(-])", "*"),
            Rule.of("(?<=[\\d)]) ?(?:divided by|over|÷) ?(?=[\\d(-])", "/"));

    private static final String TERM = "[-]?(?:sqrt)?\\({0,8}[-]?\\d{1,30}(?:\\.\\d{1,30})?\\){0,8}";
    private static final Pattern ARITHMETIC =
            Pattern.compile("(?<![\\w.])(?:sqrt\\([\\d.]+\\)|" + TERM + "(?: ?[-+*/^%] ?" + TERM + "){1,64})(?![\\w])");

    private Expressions() {}

    /** All expressions with at least one operation, in order. */
    static List<String> find(String text) {
        var plain = normalised(text);
        var found = new ArrayList<String>();
        for (var matcher = ARITHMETIC.matcher(plain); matcher.find(); ) {
            var expression = matcher.group().replace(" ", "");
            if (isBalanced(expression)) {
                found.add(expression);
            }
        }
        return found;
    }

    /** "2,349" without the comma. */
    private static String withoutThousands(String text) {
        return THOUSANDS
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(match.group().replace(",", "")));
    }

    private static String normalised(String text) {
        var plain =
                DATE.matcher(withoutThousands(text.toLowerCase(Locale.ROOT))).replaceAll("_");
        for (var rule : RULES) {
            plain = rule.pattern().matcher(plain).replaceAll(rule.replacement());
        }
        return plain;
    }

    private static boolean isBalanced(String expression) {
        var open = 0;
        for (var i = 0; i < expression.length() && open >= 0; i++) {
            open += expression.charAt(i) == '(' ? 1 : expression.charAt(i) == ')' ? -1 : 0;
        }
        return open == 0;
    }
}
