package dev.forebay.bundled;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Decimal arithmetic to 34 significant digits (IEEE 754 decimal128, rounded half to even) that knows whether anything was
 * rounded. One for each calculation.
 */
final class Arithmetic {
    static final int DIGITS = 34;
    static final int EXPONENT_MAX = 6144;
    static final int FACTORIAL_MAX = 2000;
    private static final MathContext ROUNDED = new MathContext(DIGITS, RoundingMode.HALF_EVEN);
    private static final MathContext EXACT = new MathContext(DIGITS, RoundingMode.UNNECESSARY);
    private static final int POWER_DIGITS_MAX = 4096;

    private boolean isExact = true;

    /** False once a result was rounded. */
    boolean isExact() {
        return isExact;
    }

    BigDecimal add(BigDecimal a, BigDecimal b) throws ToolError {
        return rounded(a.add(b));
    }

    BigDecimal subtract(BigDecimal a, BigDecimal b) throws ToolError {
        return rounded(a.subtract(b));
    }

    BigDecimal multiply(BigDecimal a, BigDecimal b) throws ToolError {
        return rounded(a.multiply(b));
    }

    BigDecimal divide(BigDecimal a, BigDecimal b) throws ToolError {
        if (b.signum() == 0) {
            throw new ToolError("Division by zero: %s / 0 has no value.".formatted(Numbers.text(a)));
        }
        try {
            return rounded(a.divide(b, EXACT));
        } catch (ArithmeticException _) {
            isExact = false;
            return rounded(a.divide(b, ROUNDED));
        }
    }

    /** Has the sign of {@code a}, as in most programming languages. */
    BigDecimal remainder(BigDecimal a, BigDecimal b) throws ToolError {
        if (b.signum() == 0) {
            throw new ToolError("Division by zero: %s %% 0 has no value.".formatted(Numbers.text(a)));
        }
        if (exponent(a) - exponent(b) > 1000) {
            throw new ToolError("The remainder of numbers so far apart is not calculated.");
        }
        return rounded(a.remainder(b));
    }

    BigDecimal power(BigDecimal base, BigDecimal exponent) throws ToolError {
        if (exponent.signum() == 0) {
            return BigDecimal.ONE;
        }
        if (base.signum() == 0) {
            if (exponent.signum() < 0) {
                throw new ToolError("Division by zero: 0 to the power of a negative number has no value.");
            }
            return BigDecimal.ZERO;
        }
        checkPower(base, exponent);
        if (exponent.stripTrailingZeros().scale() <= 0
                && exponent.abs().compareTo(BigDecimal.valueOf(1_000_000)) <= 0) {
            return wholePower(base, exponent.intValueExact());
        }
        if (base.signum() < 0) {
            throw new ToolError("%s to the power of %s is not a real number."
                    .formatted(Numbers.text(base), Numbers.text(exponent)));
        }
        return exponent.compareTo(new BigDecimal("0.5")) == 0
                ? root(base)
                : approximate(Series.exp(exponent.multiply(Series.ln(base), Series.WORKING)));
    }

    BigDecimal root(BigDecimal a) throws ToolError {
        if (a.signum() < 0) {
            throw new ToolError("The square root of %s is not a real number.".formatted(Numbers.text(a)));
        }
        var root = a.sqrt(ROUNDED);
        isExact &= root.multiply(root).compareTo(a) == 0;
        return rounded(root);
    }

    BigDecimal factorial(BigDecimal a) throws ToolError {
        if (a.signum() < 0
                || a.stripTrailingZeros().scale() > 0
                || a.compareTo(BigDecimal.valueOf(FACTORIAL_MAX)) > 0) {
            throw new ToolError("%s! is not calculated: the operand must be a whole number from 0 to %d."
                    .formatted(Numbers.text(a), FACTORIAL_MAX));
        }
        var product = BigInteger.ONE;
        for (var i = 2; i <= a.intValueExact(); i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return rounded(new BigDecimal(product));
    }

    /** Takes a result whose digits beyond the 34th are an approximation. */
    BigDecimal approximate(BigDecimal result) throws ToolError {
        isExact = false;
        return rounded(result);
    }

    /** Takes an exact result. */
    BigDecimal rounded(BigDecimal result) throws ToolError {
        if (result.signum() == 0) {
            return BigDecimal.ZERO;
        }
        var exponent = exponent(result);
        if (Math.abs(exponent) > EXPONENT_MAX) {
            throw outOfRange(exponent > 0);
        }
        var rounded = result.round(ROUNDED);
        isExact &= rounded.compareTo(result) == 0;
        return rounded;
    }

    private BigDecimal wholePower(BigDecimal base, int exponent) throws ToolError {
        if (exponent > 0 && (long) exponent * base.precision() <= POWER_DIGITS_MAX) {
            return rounded(base.pow(exponent));
        }
        if (exponent < 0) {
            return divide(BigDecimal.ONE, wholePower(base, -exponent));
        }
        return approximate(base.pow(exponent, Series.WORKING));
    }

    private static void checkPower(BigDecimal base, BigDecimal exponent) throws ToolError {
        var digits = exponent.doubleValue() * log10(base.abs());
        if (Double.isNaN(digits) || Math.abs(digits) > EXPONENT_MAX + 1) {
            throw outOfRange(digits > 0);
        }
    }

    private static double log10(BigDecimal a) {
        var exponent = (int) exponent(a);
        return exponent + Math.log10(a.movePointLeft(exponent).doubleValue());
    }

    private static long exponent(BigDecimal a) {
        return (long) a.precision() - a.scale() - 1;
    }

    private static ToolError outOfRange(boolean isLarge) {
        return new ToolError(
                isLarge
                        ? "The result is too large: numbers go up to 10^%d.".formatted(EXPONENT_MAX)
                        : "The result is too close to zero: numbers go down to 10^-%d.".formatted(EXPONENT_MAX));
    }
}
