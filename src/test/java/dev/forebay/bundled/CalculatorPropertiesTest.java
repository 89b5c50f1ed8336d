package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded random expressions, calculated beside the parser with BigDecimal itself. */
class CalculatorPropertiesTest {
    private static final MathContext DECIMAL = MathContext.DECIMAL128;

    /** An expression and its value; the larger the rank, the tighter it binds. */
    private record Known(String text, int rank, BigDecimal value) {
        String within(int rank, Random random) {
            return this.rank < rank || random.nextInt(8) == 0 ? "( " + text + ")" : text;
        }
    }

    @Test
    void agreesWithBigDecimalOnRandomExpressions() throws Exception {
        var random = new Random(20261125);
        for (var i = 0; i < 2000; i++) {
            var known = expression(random, 6);
            var value = new Evaluation(new Arithmetic()).of(Parser.parse(known.text()));
            assertEquals(
                    0, known.value().compareTo(value), () -> known.text() + " = " + known.value() + ", got " + value);
        }
    }

    @Test
    void agreesWithDoublesOnFunctions() throws Exception {
        var random = new Random(1);
        for (var i = 0; i < 60; i++) {
            var x = BigDecimal.valueOf(random.nextDouble() * Math.pow(10, random.nextInt(-3, 4)))
                    .add(new BigDecimal("0.001"));
            near(Math.log(x.doubleValue()), "ln(%s)", x);
            near(Math.sin(x.doubleValue()), "sin(%s)", x);
            near(Math.cos(x.doubleValue()), "cos(-%s)", x);
            near(Math.sqrt(x.doubleValue()), "sqrt(%s)", x);
            near(Math.pow(x.doubleValue(), 1.7), "%s^1.7", x);
            near(Math.exp(-x.doubleValue() / 10), "exp(-%s/10)", x);
        }
    }

    @Test
    void keepsThirtyDigitsThroughInverseFunctions() throws Exception {
        var random = new Random(2);
        for (var i = 0; i < 25; i++) {
            var x = new BigDecimal(random.nextInt(1, 1_000_000)).movePointLeft(random.nextInt(8));
            same(x, calculate("exp(ln(%s))".formatted(x)));
            var y = new BigDecimal(random.nextInt(1000, 1_000_000)).movePointLeft(3);
            same(y, calculate("ln(exp(%s))".formatted(y)));
            same(BigDecimal.ONE, calculate("sin(%s)^2 + cos(%s)^2".formatted(x, x)));
            same(x, calculate("(%s^7.5)^(1/7.5)".formatted(x)));
        }
    }

    @Test
    void neverFailsButByARefusalOnRandomText() {
        var random = new Random(3);
        var alphabet = "0123456789.+-*/%^()!, eEpi,sqrt(log(min(mod of√$\u0000π";
        var understood = 0;
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            random.ints(random.nextInt(1, 12), 0, alphabet.length()).forEach(c -> text.append(alphabet.charAt(c)));
            try {
                calculate(text.toString());
                understood++;
            } catch (ToolError e) {
                assertTrue(e.forModel().length() > 10);
            }
        }
        assertTrue(understood > 100);
    }

    private static Known expression(Random random, int depth) {
        if (depth == 0 || random.nextInt(5) == 0) {
            var number = new BigDecimal(random.nextInt(10_000)).movePointLeft(random.nextInt(4));
            return new Known(number.toPlainString(), 5, number);
        }
        var left = expression(random, depth - 1);
        var right = expression(random, depth - 1);
        return switch (random.nextInt(7)) {
            case 0 -> known(random, left, " + ", right, 1, left.value().add(right.value(), DECIMAL));
            case 1 -> known(random, left, "-", right, 1, left.value().subtract(right.value(), DECIMAL));
            case 2 -> known(random, left, "* ", right, 2, left.value().multiply(right.value(), DECIMAL));
            case 3 ->
                right.value().signum() == 0
                        ? left
                        : known(random, left, "/", right, 2, left.value().divide(right.value(), DECIMAL));
            case 4 -> new Known("-" + left.within(3, random), 3, left.value().negate());
            case 5 -> {
                var exponent = random.nextInt(4);
                var power = left.value().pow(exponent).round(DECIMAL);
                yield new Known(left.within(5, random) + "^" + exponent, 4, power);
            }
            default ->
                new Known(
                        "max(%s,%s)".formatted(left.text(), right.text()),
                        5,
                        left.value().max(right.value()));
        };
    }

    /** The right operand is set in parentheses at equal rank too, since these operators bind to the left. */
    private static Known known(Random random, Known left, String operator, Known right, int rank, BigDecimal value) {
        return new Known(left.within(rank, random) + operator + right.within(rank + 1, random), rank, value);
    }

    private static BigDecimal calculate(String expression) throws ToolError {
        return new Evaluation(new Arithmetic()).of(Parser.parse(expression));
    }

    private static void near(double expected, String form, BigDecimal x) throws ToolError {
        var expression = form.formatted(x.toPlainString());
        assertEquals(
                expected, calculate(expression).doubleValue(), 1e-9 * Math.max(1e-3, Math.abs(expected)), expression);
    }

    private static void same(BigDecimal expected, BigDecimal got) {
        var error = expected.subtract(got).abs().divide(expected, DECIMAL);
        assertTrue(error.compareTo(BigDecimal.ONE.movePointLeft(30)) < 0, () -> expected + " got " + got);
    }
}
