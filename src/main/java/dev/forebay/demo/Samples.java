package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Texts and numbers that a schema allows. A variant above 0 differs from the others of the same schema. */
final class Samples {
    private record Format(String sample, Pattern form) {
        static Format of(String sample, String form) {
            return new Format(sample, Pattern.compile(form));
        }
    }

    /** The number in a sample makes the variants. */
    private static final Map<String, Format> FORMATS = Map.ofEntries(
            Map.entry("date", Format.of("2026-01-0%d", "\\d{4}-\\d{2}-\\d{2}")),
            Map.entry(
                    "date-time",
                    Format.of(
                            "2026-01-0%dT12:00:00Z",
                            "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:[Zz]|[+-]\\d{2}:\\d{2})")),
            Map.entry("time", Format.of("12:00:0%dZ", "\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:[Zz]|[+-]\\d{2}:\\d{2})")),
            Map.entry("duration", Format.of("P%dD", "P(?=.)(?:\\d+[YMWD])*(?:T(?:\\d+[HMS])+)?")),
            Map.entry("email", Format.of("demo%d@example.com", "[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+")),
            Map.entry("idn-email", Format.of("demo%d@example.com", "\\S+@\\S+")),
            Map.entry("hostname", Format.of("demo%d.example.com", "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")),
            Map.entry("ipv4", Format.of("192.0.2.%d", "\\d{1,3}(?:\\.\\d{1,3}){3}")),
            Map.entry("ipv6", Format.of("2001:db8::%d", "[0-9a-fA-F:]{2,39}")),
            Map.entry("uri", Format.of("https://example.com/demo%d", "[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]+")),
            Map.entry("url", Format.of("https://example.com/demo%d", "[A-Za-z][A-Za-z0-9+.-]*:\\S+")),
            Map.entry("iri", Format.of("https://example.com/demo%d", "[A-Za-z][A-Za-z0-9+.-]*:\\S+")),
            Map.entry("uri-reference", Format.of("/demo%d", "\\S*")),
            Map.entry(
                    "uuid",
                    Format.of(
                            "3f2504e0-4f89-41d3-9a0c-0305e82c330%d",
                            "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
            Map.entry("json-pointer", Format.of("/demo%d", "(?:/[^/]*)*")),
            Map.entry("regex", Format.of("demo%d", ".*")));

    private static final List<String> FOR_PATTERNS = List.of(
            "demo",
            "Demo",
            "DEMO",
            "d",
            "D",
            "1",
            "12",
            "123",
            "1234",
            "12345",
            "123456",
            "12345678",
            "1.0",
            "1.0.0",
            "demo-1",
            "demo_1",
            "DEMO-1",
            "demo1",
            "Demo 1",
            "2026-01-01",
            "12:00",
            "12:00:00",
            "+15550100",
            "+491701234567",
            "#a1b2c3",
            "DE",
            "de",
            "USD",
            "en-US",
            "A1",
            "AB12",
            "ABC-123",
            "/demo",
            "https://example.com/demo",
            "demo@example.com",
            "true",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "2026-01-01T12:00:00Z",
            "");
    private static final int TEXT_CHARACTERS_MAX = 100_000;

    private Samples() {}

    /** Formats that are not known are taken as notes, as JSON Schema has it. */
    static boolean hasFormat(String format, String text) {
        var known = FORMATS.get(format);
        return known == null || known.form().matcher(text).matches();
    }

    /** Empty if none of what is known here is allowed. */
    static Optional<String> string(JsonNode schema, String property, int variant) {
        var candidates = new ArrayList<String>();
        var format = FORMATS.get(schema.path("format").asText());
        if (format != null && variant < 9) {
            candidates.add(format.sample().formatted(variant + 1));
        }
        if (schema.path("default").isTextual() && variant == 0) {
            candidates.add(schema.path("default").asText());
        }
        var words = "demo " + String.join(" ", Words.all(property)) + (variant == 0 ? "" : " " + (variant + 1));
        candidates.add(sized(schema, words, variant));
        if (schema.has("pattern")) {
            candidates.addAll(FOR_PATTERNS);
            PatternSample.of(
                            schema.path("pattern").asText(),
                            schema.path("minLength").asInt(0))
                    .ifPresent(candidates::add);
        }
        return candidates.stream()
                .filter(text -> Fits.isText(schema, text))
                .skip(schema.has("pattern") ? variant : 0)
                .findFirst();
    }

    static JsonNode number(JsonNode schema, boolean integer, int variant) {
        if (schema.path("default").isNumber() && variant == 0 && Fits.fits(schema, schema.path("default"))) {
            return schema.path("default");
        }
        var step = Fits.bound(schema, "multipleOf").filter(multiple -> multiple.signum() > 0);
        var unit = integer ? step.map(multiple -> whole(multiple)).orElse(BigDecimal.ONE) : step.orElse(BigDecimal.ONE);
        var low = Fits.bound(schema, "minimum").or(() -> Fits.lower(schema));
        var high = Fits.bound(schema, "maximum").or(() -> Fits.upper(schema));
        var candidates = new ArrayList<BigDecimal>();
        var base = low.filter(min -> min.signum() > 0).orElse(BigDecimal.ONE);
        var start = base.divide(unit, 0, RoundingMode.CEILING).multiply(unit);
        for (var i = 0; i < 3; i++) {
            candidates.add(start.add(unit.multiply(BigDecimal.valueOf(variant + i))));
        }
        low.map(min -> min.divide(unit, 0, RoundingMode.CEILING)
                        .add(BigDecimal.valueOf(variant))
                        .multiply(unit))
                .ifPresent(candidates::add);
        low.map(min -> min.divide(unit, 0, RoundingMode.FLOOR)
                        .add(BigDecimal.valueOf(variant + 1L))
                        .multiply(unit))
                .ifPresent(candidates::add);
        high.map(max -> max.divide(unit, 0, RoundingMode.FLOOR)
                        .subtract(BigDecimal.valueOf(variant))
                        .multiply(unit))
                .ifPresent(candidates::add);
        high.map(max -> max.divide(unit, 0, RoundingMode.CEILING)
                        .subtract(BigDecimal.valueOf(variant + 1L))
                        .multiply(unit))
                .ifPresent(candidates::add);
        if (!integer && step.isEmpty() && low.isPresent() && high.isPresent()) {
            var part =
                    high.get().subtract(low.get()).divide(BigDecimal.valueOf(variant + 2L), 20, RoundingMode.HALF_EVEN);
            candidates.add(low.get().add(part));
        }
        return candidates.stream()
                .filter(value -> Fits.inBounds(schema, value))
                .findFirst()
                .map(Json::number)
                .orElse(Json.number(start));
    }

    /** The smallest whole multiple of a step that may have decimals. */
    private static BigDecimal whole(BigDecimal step) {
        var plain = step.stripTrailingZeros();
        var digits = Math.max(0, plain.scale());
        var units = plain.unscaledValue().multiply(BigInteger.TEN.pow(Math.max(0, -plain.scale())));
        var one = BigInteger.TEN.pow(digits);
        return new BigDecimal(units.divide(units.gcd(one)));
    }

    private static String sized(JsonNode schema, String words, int variant) {
        var min = Math.min(schema.path("minLength").asInt(0), TEXT_CHARACTERS_MAX);
        var max = Math.max(0, schema.path("maxLength").asInt(TEXT_CHARACTERS_MAX));
        var longer = words.length() < min ? words + ".".repeat(min - words.length()) : words;
        if (longer.length() <= max) {
            return longer;
        }
        var digits = variant == 0 ? "" : Integer.toString(variant);
        return digits.length() > max ? "" : longer.substring(0, max - digits.length()) + digits;
    }
}
