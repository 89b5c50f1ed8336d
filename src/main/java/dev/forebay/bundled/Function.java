package dev.forebay.bundled;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The functions that an expression can call. */
enum Function {
    SQRT(1, 1),
    ABS(1, 1),
    ROUND(1, 2),
    FLOOR(1, 1),
    CEIL(1, 1),
    TRUNC(1, 1),
    MIN(1, 100),
    MAX(1, 100),
    SUM(1, 100),
    AVG(1, 100),
    LN(1, 1),
    LOG(1, 2),
    EXP(1, 1),
    SIN(1, 1),
    COS(1, 1),
    TAN(1, 1),
    RADIANS(1, 1),
    DEGREES(1, 1);

    private final int argumentsMin;
    private final int argumentsMax;

    Function(int argumentsMin, int argumentsMax) {
        this.argumentsMin = argumentsMin;
        this.argumentsMax = argumentsMax;
    }

    static Optional<Function> named(String name) {
        return Arrays.stream(values()).filter(f -> f.word().equals(name)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(Function::word).collect(Collectors.joining(", "));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean takes(int arguments) {
        return arguments >= argumentsMin && arguments <= argumentsMax;
    }

    String arity() {
        return argumentsMin == argumentsMax
                ? argumentsMin + " argument"
                : "%d to %d arguments".formatted(argumentsMin, argumentsMax);
    }
}
