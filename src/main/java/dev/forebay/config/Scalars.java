package dev.forebay.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** Single values of a configuration file. */
final class Scalars {
    private static final Pattern SIZE = Pattern.compile("(-?[0-9_]+)\\s*(|[KMGT]i?B)");

    private Scalars() {}

    /** @throws IllegalArgumentException that says what is needed and what was there */
    static Object parse(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == boolean.class) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "yes", "on" -> true;
                case "false", "no", "off" -> false;
                default -> throw new IllegalArgumentException("need true or false, got " + text);
            };
        }
        // Where a value is optional, the compiler has made it an object.
        if (type == long.class || type == Long.class) {
            return whole(text);
        }
        if (type == int.class || type == Integer.class) {
            var value = whole(text);
            if (value != (int) value) {
                throw new IllegalArgumentException("need a number up to 2147483647, got " + text);
            }
            return (int) value;
        }
        if (type == double.class) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("need a number, got " + text, e);
            }
        }
        if (type == URI.class) {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("need a URL, got " + text, e);
            }
        }
        if (type.isEnum()) {
            return constant(text, type);
        }
        throw new IllegalArgumentException("need keys and values, got " + text);
    }

    private static long whole(String text) {
        var size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException("need a whole number or a size such as 32 MiB, got " + text);
        }
        var unit = size.group(2);
        var base = unit.contains("i") ? 1024L : 1000L;
        var factor = 1L;
        for (var i = 0; !unit.isEmpty() && i <= "KMGT".indexOf(unit.charAt(0)); i++) {
            factor *= base;
        }
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1).replace("_", "")), factor);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("the number is too large: " + text, e);
        }
    }

    private static Object constant(String text, Class<?> type) {
        var constants = type.getEnumConstants();
        for (var constant : constants) {
            if (constant.toString().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        var known = Arrays.stream(constants)
                .map(c -> c.toString().toLowerCase(Locale.ROOT))
                .toList();
        throw new IllegalArgumentException("need one of " + String.join(", ", known) + ", got " + text);
    }
}
