package dev.forebay.bundled;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Units of measure by their names, with exact factors. */
final class Units {
    /**
     * @param numerator, denominator how many of the quantity's base unit one of this is
     * @param zero added before the factor: where the scale's zero lies
     */
    record Unit(String quantity, String symbol, BigDecimal numerator, BigDecimal denominator, BigDecimal zero) {}

    /** quantity: symbol factor[/denominator][@zero] other names; ... Factors from the SI brochure and NIST SP 811. */
    private static final String TABLE = """
            length: m 1 meter metre; km 1000 kilometer kilometre; cm 0.01 centimeter centimetre; \
            mm 0.001 millimeter millimetre; um 0.000001 micrometer; nm 0.000000001 nanometer; in 0.0254 inch inches; \
            ft 0.3048 foot feet; yd 0.9144 yard; mi 1609.344 mile; nmi 1852 nautical_mile
            mass: kg 1 kilogram; g 0.001 gram; mg 0.000001 milligram; t 1000 tonne; lb 0.45359237 pound lbs; \
            oz 0.028349523125 ounce; st 6.35029318 stone
            temperature: K 1 kelvin; C 1@273.15 celsius °C degC; F 5/9@459.67 fahrenheit °F degF
            data: B 1 byte; bit 1/8; kB 1000 kilobyte KB; MB 1000000 megabyte; GB 1000000000 gigabyte; \
            TB 1000000000000 terabyte; PB 1000000000000000 petabyte; KiB 1024 kibibyte; MiB 1048576 mebibyte; \
            GiB 1073741824 gibibyte; TiB 1099511627776 tebibyte; PiB 1125899906842624 pebibyte; kbit 125 kilobit; \
            Mbit 125000 megabit Mb; Gbit 125000000 gigabit Gb
            time: s 1 second sec; ms 0.001 millisecond; min 60 minute; h 3600 hour hr; d 86400 day; week 604800 wk
            speed: m/s 1 mps; km/h 5/18 kmh kph; mph 0.44704 mi/h; kn 463/900 knot kt; ft/s 0.3048
            volume: l 1 liter litre L; ml 0.001 milliliter millilitre mL; m3 1000 cubic_meter cubic_metre m³; \
            gal 3.785411784 gallon us_gallon; qt 0.946352946 quart; pt 0.473176473 pint; cup 0.2365882365; \
            floz 0.0295735295625 fluid_ounce; tbsp 0.01478676478125 tablespoon; tsp 0.00492892159375 teaspoon; \
            imperial_gallon 4.54609
            area: m2 1 square_meter square_metre m²; km2 1000000 square_kilometer square_kilometre km²; \
            ha 10000 hectare; acre 4046.8564224; ft2 0.09290304 square_foot square_feet ft²; \
            mi2 2589988.110336 square_mile mi²
            """;

    private static final Map<String, Unit> EXACT = new HashMap<>();
    private static final Map<String, List<Unit>> LOOSE = new HashMap<>();
    private static final Map<String, List<String>> SYMBOLS = new LinkedHashMap<>();

    static {
        TABLE.lines().forEach(Units::read);
    }

    private Units() {}

    /** Exact spelling first (MB is not Mb), then without regard to case, spaces and the plural's s. */
    static Unit find(String argument, String name) throws ToolError {
        var plain = name.strip().replace(' ', '_').replaceFirst("^degrees?_", "");
        var exact = EXACT.get(plain);
        if (exact != null) {
            return exact;
        }
        var lower = plain.toLowerCase(Locale.ROOT);
        var found = LOOSE.getOrDefault(lower, LOOSE.getOrDefault(lower.replaceFirst("s$", ""), List.of()));
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.size() > 1) {
            var symbols = found.stream().map(Unit::symbol).collect(Collectors.joining(" or "));
            throw new ToolError("\"%s\": \"%s\" may be %s; name one of them.".formatted(argument, name, symbols));
        }
        var known = SYMBOLS.values().stream().map(s -> String.join(" ", s)).collect(Collectors.joining("; "));
        throw new ToolError("\"%s\": no unit \"%s\". There are %s.".formatted(argument, name, known));
    }

    static BigDecimal convert(BigDecimal value, Unit from, Unit to, Arithmetic arithmetic) throws ToolError {
        if (!from.quantity().equals(to.quantity())) {
            throw new ToolError("%s is a unit of %s and %s one of %s: there is no conversion between them."
                    .formatted(from.symbol(), from.quantity(), to.symbol(), to.quantity()));
        }
        var up = value.add(from.zero()).multiply(from.numerator()).multiply(to.denominator());
        var down = from.denominator().multiply(to.numerator());
        return arithmetic.subtract(arithmetic.divide(up, down), to.zero());
    }

    private static void read(String line) {
        var quantity = line.substring(0, line.indexOf(':'));
        var symbols = new ArrayList<String>();
        for (var entry : line.substring(quantity.length() + 1).split(";", -1)) {
            var words = List.of(entry.strip().split(" ", -1));
            var unit = unit(quantity, words.getFirst(), words.get(1));
            symbols.add(unit.symbol());
            name(unit.symbol(), unit);
            words.subList(2, words.size()).forEach(name -> name(name, unit));
        }
        SYMBOLS.put(quantity, symbols);
    }

    private static Unit unit(String quantity, String symbol, String factor) {
        var scale = factor.split("@", 2);
        var ratio = scale[0].split("/", 2);
        return new Unit(
                quantity,
                symbol,
                new BigDecimal(ratio[0]),
                ratio.length == 2 ? new BigDecimal(ratio[1]) : BigDecimal.ONE,
                scale.length == 2 ? new BigDecimal(scale[1]) : BigDecimal.ZERO);
    }

    private static void name(String name, Unit unit) {
        EXACT.put(name, unit);
        var same = LOOSE.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>());
        if (!same.contains(unit)) {
            same.add(unit);
        }
    }
}
