package dev.forebay.bundled;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Transcendental functions to 100 digits by their series: enough that the 34 that are shown are right. */
final class Series {
    static final MathContext WORKING = new MathContext(110, RoundingMode.HALF_EVEN);
    /** More digits than an angle can lose when whole turns are taken off it. */
    static final BigDecimal PI = new BigDecimal(
            "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651328230664709384460955058223172535940812848111745");

    static final BigDecimal E = new BigDecimal(
            "2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138217852516642742746639193200305992181741359662904357290033429526059563073");

    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal SMALLEST = BigDecimal.ONE.movePointLeft(115);
    private static final int HALVINGS = 8;
    private static final BigDecimal LN10 = lnNearOne(BigDecimal.TEN);

    private Series() {}

    static BigDecimal exp(BigDecimal x) {
        // e^x = (e^(x/2^k))^(2^k), with k such that the series needs few terms.
        var halvings = Math.max(0, x.precision() - x.scale()) * 4 + HALVINGS;
        var small = x.divide(TWO.pow(halvings), WORKING);
        var sum = BigDecimal.ONE;
        var term = BigDecimal.ONE;
        for (var n = 1; term.abs().compareTo(SMALLEST) > 0; n++) {
            term = term.multiply(small, WORKING).divide(BigDecimal.valueOf(n), WORKING);
            sum = sum.add(term, WORKING);
        }
        for (var i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, WORKING);
        }
        return sum;
    }

    /** @param x positive */
    static BigDecimal ln(BigDecimal x) {
        var exponent = x.precision() - x.scale() - 1;
        return lnNearOne(x.movePointLeft(exponent)).add(LN10.multiply(BigDecimal.valueOf(exponent)), WORKING);
    }

    static BigDecimal log10(BigDecimal x) {
        return ln(x).divide(LN10, WORKING);
    }

    static BigDecimal sin(BigDecimal x) {
        var reduced = x.remainder(PI.multiply(TWO));
        return alternating(reduced, reduced, 1);
    }

    static BigDecimal cos(BigDecimal x) {
        return alternating(BigDecimal.ONE, x.remainder(PI.multiply(TWO)), 0);
    }

    /** Sums first, first·x²/((k+1)(k+2)), ... with changing signs, which is sine from x and cosine from 1. */
    private static BigDecimal alternating(BigDecimal first, BigDecimal x, int k) {
        var square = x.multiply(x, WORKING).negate();
        var sum = first;
        var term = first;
        for (var n = k + 1; term.abs().compareTo(SMALLEST) > 0; n += 2) {
            term = term.multiply(square, WORKING).divide(BigDecimal.valueOf((long) n * (n + 1)), WORKING);
            sum = sum.add(term, WORKING);
        }
        return sum;
    }

    /** Halley's iteration, which triples the right digits each time; from a double's 15 it needs two, and takes three. */
    private static BigDecimal lnNearOne(BigDecimal x) {
        var y = BigDecimal.valueOf(Math.log(x.doubleValue()));
        for (var i = 0; i < 3; i++) {
            var power = exp(y);
            y = y.add(TWO.multiply(x.subtract(power)).divide(x.add(power), WORKING), WORKING);
        }
        return y;
    }
}
