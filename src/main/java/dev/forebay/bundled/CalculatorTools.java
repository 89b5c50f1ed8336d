package dev.forebay.bundled;

import java.util.List;

/** Arithmetic on decimals, and units of measure. */
final class CalculatorTools {
    private static final int EXPRESSION_LENGTH_MAX = 1000;
    private static final Field RESULT = Field.text("result", "The result, in decimal digits.");
    private static final Field EXACT = Field.flag(
            "exact", "False if the result had to be rounded to %d significant digits.".formatted(Arithmetic.DIGITS));

    private CalculatorTools() {}

    static Server server() {
        return new Server(
                "calculator",
                "exact decimal arithmetic and conversion between units of measure.",
                List.of(calculate(), convertUnits()));
    }

    private static Tool calculate() {
        return new Tool(
                "calculate",
                "Calculate",
                "Calculates an arithmetic expression in exact decimals, to " + Arithmetic.DIGITS
                        + " digits. Operators: + - * / ^ (power), % (remainder between two numbers, else percent:"
                        + " 15% of 80 is 12, 200 + 10% is 220), mod, ! (factorial), parentheses. Values: pi, e. Functions: "
                        + Function.words() + ". log is to base 10 or log(x, base); angles are in radians;"
                        + " round(x, places) rounds half up.",
                Effect.READS,
                List.of(Field.text("expression", "As in (1299.90 + 45) * 0.19 or sqrt(2)^3. Write 1000, not 1,000.")
                        .longest(EXPRESSION_LENGTH_MAX)),
                List.of(Field.text("expression", "What was calculated."), RESULT, EXACT),
                arguments -> {
                    var expression = arguments.text("expression").strip();
                    var arithmetic = new Arithmetic();
                    var result = Numbers.text(new Evaluation(arithmetic).of(Parser.parse(expression)));
                    return answer(expression, result, arithmetic.isExact());
                });
    }

    private static Answer answer(String expression, String result, boolean isExact) {
        var facts = Answer.facts()
                .put("expression", expression)
                .put("result", result)
                .put("exact", isExact);
        return new Answer("%s %s %s".formatted(expression, isExact ? "=" : "≈", result), facts);
    }

    private static Tool convertUnits() {
        return new Tool(
                "convert_units",
                "Convert units",
                "Converts a number between units of length, mass, temperature, data, time, speed, volume or area. kB is 1000"
                        + " bytes and KiB 1024; gallons, pints and ounces are US ones.",
                Effect.READS,
                List.of(
                        Field.number("value", "How many of the first unit."),
                        Field.text("from", "Unit to convert from, as km, lb, celsius, GiB, mph."),
                        Field.text("to", "Unit to convert to.")),
                List.of(
                        Field.text("from", "Symbol of the first unit."),
                        Field.text("to", "Symbol of the second unit."),
                        Field.text("value", "How many of the first."),
                        RESULT,
                        EXACT),
                arguments -> {
                    var from = Units.find("from", arguments.text("from"));
                    var to = Units.find("to", arguments.text("to"));
                    var arithmetic = new Arithmetic();
                    var value = arithmetic.rounded(arguments.number("value"));
                    var result = Numbers.text(Units.convert(value, from, to, arithmetic));
                    var facts = Answer.facts()
                            .put("from", from.symbol())
                            .put("to", to.symbol())
                            .put("value", Numbers.text(value))
                            .put("result", result)
                            .put("exact", arithmetic.isExact());
                    return new Answer(
                            "%s %s %s %s %s"
                                    .formatted(
                                            Numbers.text(value),
                                            from.symbol(),
                                            arithmetic.isExact() ? "=" : "≈",
                                            result,
                                            to.symbol()),
                            facts);
                });
    }
}
