package dev.forebay.bundled;

import java.math.BigDecimal;

/** How numbers are written in answers. */
final class Numbers {
    private static final int PLAIN_DIGITS_MAX = 40;

    private Numbers() {}

    /** Plain digits where they stay readable, else with an exponent; never trailing zeros behind the point. */
    static String text(BigDecimal number) {
        var stripped = number.stripTrailingZeros();
        var isReadable =
                stripped.precision() - stripped.scale() <= PLAIN_DIGITS_MAX && stripped.scale() <= PLAIN_DIGITS_MAX;
        return isReadable ? stripped.toPlainString() : stripped.toString();
    }
}
