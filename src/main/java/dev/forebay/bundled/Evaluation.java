package dev.forebay.bundled;

import dev.forebay.bundled.Expression.Binary;
import dev.forebay.bundled.Expression.Call;
import dev.forebay.bundled.Expression.Factorial;
import dev.forebay.bundled.Expression.Negated;
import dev.forebay.bundled.Expression.Operator;
import dev.forebay.bundled.Expression.Percent;
import dev.forebay.bundled.Expression.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The value of one expression. */
final class Evaluation {
    private static final int ANGLE_DIGITS_MAX = 15;
    private static final int PLACES_MAX = 34;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal HALF_TURN = BigDecimal.valueOf(180);

    private final Arithmetic arithmetic;

    Evaluation(Arithmetic arithmetic) {
        this.arithmetic = arithmetic;
    }

    BigDecimal of(Expression expression) throws ToolError {
        return switch (expression) {
            case Value value -> arithmetic.rounded(value.number());
            case Negated negated -> of(negated.of()).negate();
            case Percent percent -> arithmetic.divide(of(percent.of()), HUNDRED);
            case Factorial factorial -> arithmetic.factorial(of(factorial.of()));
            case Binary binary -> binary(binary.operator(), of(binary.left()), binary.right());
            case Call call -> call(call.function(), values(call.arguments()));
        };
    }

    private BigDecimal binary(Operator operator, BigDecimal left, Expression right) throws ToolError {
        var value = of(right);
        return switch (operator) {
            case ADD -> arithmetic.add(left, partOf(left, right, value));
            case SUBTRACT -> arithmetic.subtract(left, partOf(left, right, value));
            case MULTIPLY -> arithmetic.multiply(left, value);
            case DIVIDE -> arithmetic.divide(left, value);
            case REMAINDER -> arithmetic.remainder(left, value);
            case POWER -> arithmetic.power(left, value);
        };
    }

    /** A percentage that is added or taken away is one of what stands left of it, as on pocket calculators. */
    private BigDecimal partOf(BigDecimal left, Expression right, BigDecimal value) throws ToolError {
        return right instanceof Percent ? arithmetic.multiply(left, value) : value;
    }

    private List<BigDecimal> values(List<Expression> arguments) throws ToolError {
        var values = new ArrayList<BigDecimal>();
        for (var argument : arguments) {
            values.add(of(argument));
        }
        return values;
    }

    private BigDecimal call(Function function, List<BigDecimal> values) throws ToolError {
        var x = values.getFirst();
        return switch (function) {
            case SQRT -> arithmetic.root(x);
            case ABS -> x.abs();
            case ROUND -> round(x, values.size() == 2 ? values.get(1) : BigDecimal.ZERO);
            case FLOOR -> x.setScale(0, RoundingMode.FLOOR);
            case CEIL -> x.setScale(0, RoundingMode.CEILING);
            case TRUNC -> x.setScale(0, RoundingMode.DOWN);
            case MIN -> Collections.min(values);
            case MAX -> Collections.max(values);
            case SUM -> sum(values);
            case AVG -> arithmetic.divide(sum(values), BigDecimal.valueOf(values.size()));
            case LN -> ln(positive(function, x));
            case LOG ->
                values.size() == 2
                        ? log(positive(function, x), values.get(1))
                        : log(positive(function, x), BigDecimal.TEN);
            case EXP -> x.signum() == 0 ? BigDecimal.ONE : arithmetic.power(Series.E, x);
            case SIN -> x.signum() == 0 ? x : arithmetic.approximate(Series.sin(angle(x)));
            case COS -> x.signum() == 0 ? BigDecimal.ONE : arithmetic.approximate(Series.cos(angle(x)));
            case TAN ->
                x.signum() == 0
                        ? x
                        : arithmetic.approximate(Series.sin(angle(x)).divide(Series.cos(angle(x)), Series.WORKING));
            case RADIANS -> arithmetic.divide(x.multiply(Series.PI), HALF_TURN);
            case DEGREES -> arithmetic.divide(x.multiply(HALF_TURN), Series.PI);
        };
    }

    private BigDecimal sum(List<BigDecimal> values) throws ToolError {
        var sum = BigDecimal.ZERO;
        for (var value : values) {
            sum = arithmetic.add(sum, value);
        }
        return sum;
    }

    /** Half away from zero, as taught at school. */
    private static BigDecimal round(BigDecimal x, BigDecimal places) throws ToolError {
        if (places.stripTrailingZeros().scale() > 0 || places.abs().compareTo(BigDecimal.valueOf(PLACES_MAX)) > 0) {
            throw new ToolError("round takes a whole number of places from -%d to %d, got %s."
                    .formatted(PLACES_MAX, PLACES_MAX, Numbers.text(places)));
        }
        return places.intValue() >= x.scale() ? x : x.setScale(places.intValue(), RoundingMode.HALF_UP);
    }

    private BigDecimal ln(BigDecimal x) throws ToolError {
        return x.compareTo(BigDecimal.ONE) == 0 ? BigDecimal.ZERO : arithmetic.approximate(Series.ln(x));
    }

    private BigDecimal log(BigDecimal x, BigDecimal base) throws ToolError {
        if (base.signum() <= 0 || base.compareTo(BigDecimal.ONE) == 0) {
            throw new ToolError("log needs a base above 0 and other than 1, got %s.".formatted(Numbers.text(base)));
        }
        var whole = Series.ln(x).divide(Series.ln(base), Series.WORKING).setScale(0, RoundingMode.HALF_EVEN);
        if (isPower(x, base, whole)) {
            return whole;
        }
        return arithmetic.approximate(Series.ln(x).divide(Series.ln(base), Series.WORKING));
    }

    private static boolean isPower(BigDecimal x, BigDecimal base, BigDecimal exponent) throws ToolError {
        var check = new Arithmetic();
        return exponent.abs().compareTo(BigDecimal.valueOf(Arithmetic.EXPONENT_MAX)) <= 0
                && check.power(base, exponent).compareTo(x) == 0
                && check.isExact();
    }

    private static BigDecimal positive(Function function, BigDecimal x) throws ToolError {
        if (x.signum() <= 0) {
            throw new ToolError("%s needs a number above 0, got %s.".formatted(function.word(), Numbers.text(x)));
        }
        return x;
    }

    private static BigDecimal angle(BigDecimal x) throws ToolError {
        if (x.precision() - x.scale() > ANGLE_DIGITS_MAX) {
            throw new ToolError("Angles are in radians and below 10^%d, got %s. Use radians(x) for degrees."
                    .formatted(ANGLE_DIGITS_MAX, Numbers.text(x)));
        }
        return x;
    }
}
