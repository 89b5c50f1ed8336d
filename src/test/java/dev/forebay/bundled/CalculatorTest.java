package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CalculatorTest {
    private Client client;

    @BeforeEach
    void start() throws Exception {
        client = Client.of("calculator");
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    @Test
    void calculatesExactly() throws Exception {
        var results = Map.ofEntries(
                Map.entry("0.1 + 0.2", "0.3"),
                Map.entry("(1299.90 + 45) * 0.19", "255.531"),
                Map.entry("-2^2", "-4"),
                Map.entry("2^3^2", "512"),
                Map.entry("2^-3", "0.125"),
                Map.entry("2 - -3", "5"),
                Map.entry("2**10", "1024"),
                Map.entry("7 × 6 ÷ 2 − 1", "20"),
                Map.entry("17 % 5", "2"),
                Map.entry("-17 mod 5", "-2"),
                Map.entry("15% of 80", "12"),
                Map.entry("200 + 10%", "220"),
                Map.entry("200 - 10%", "180"),
                Map.entry("200 * 10%", "20"),
                Map.entry("10%", "0.1"),
                Map.entry("20!", "2432902008176640000"),
                Map.entry("sqrt(144) + abs(-3)", "15"),
                Map.entry("round(2.5) + round(-2.345, 2)", "0.65"),
                Map.entry("round(1250, -2)", "1300"),
                Map.entry("floor(-1.5) * ceil(1.2) + trunc(-1.9)", "-5"),
                Map.entry("min(3, 1, 2) + max(4, 9) + sum(1, 2, 3)", "16"),
                Map.entry("avg(1, 2, 4, 5)", "3"),
                Map.entry("log(1000) + log(8, 2)", "6"),
                Map.entry("ln(1) + exp(0) + cos(0) + sin(0)", "2"),
                Map.entry("0.25^0.5", "0.5"),
                Map.entry(".5e3", "500"),
                Map.entry("1e40 * 1e10", "1E+50"));
        for (var entry : results.entrySet()) {
            var result = calculate(entry.getKey());
            assertEquals(entry.getValue(), result.get("result").asText(), entry.getKey());
            assertTrue(result.get("exact").asBoolean(), entry.getKey());
        }
    }

    @Test
    void roundsToThirtyFourDigitsAndSaysSo() throws Exception {
        var results = Map.of(
                "1/3", "0.3333333333333333333333333333333333",
                "sqrt(2)", "1.414213562373095048801688724209698",
                "ln(2)", "0.6931471805599453094172321214581766",
                "exp(pi)", "23.14069263277926900572908636794855",
                "sin(1)", "0.841470984807896506652502321630299",
                "tan(1)", "1.55740772465490223050697480745836",
                "cos(1e9)", "0.8378871813639023343897756435515724",
                "degrees(1)", "57.29577951308232087679815481410517",
                "8^(1/3)", "2",
                "100!", "9.33262154439441526816992388562667E+157");
        for (var entry : results.entrySet()) {
            var result = calculate(entry.getKey());
            assertEquals(entry.getValue(), result.get("result").asText(), entry.getKey());
            assertFalse(result.get("exact").asBoolean(), entry.getKey());
        }
    }

    @Test
    void saysWhatIsWrongWhere() throws Exception {
        var refusals = Map.ofEntries(
                Map.entry("1/0", "Division by zero: 1 / 0 has no value."),
                Map.entry("5 % 0", "Division by zero: 5 % 0 has no value."),
                Map.entry("0^-1", "Division by zero"),
                Map.entry("sqrt(-2)", "The square root of -2 is not a real number."),
                Map.entry("(-8)^(1/3)", "is not a real number"),
                Map.entry("2 +", "\"2 +\" ends where a number or \"(\" is needed."),
                Map.entry("", "ends where a number"),
                Map.entry("1,000 + 1", "Unexpected \",\" at position 2 of \"1,000 + 1\". A comma only separates"),
                Map.entry("(1 + 2", "A \")\" is missing at the end"),
                Map.entry("1 + 2)", "Unexpected \")\" at position 6"),
                Map.entry("2(3)", "Unexpected \"(\" at position 2 of \"2(3)\". Write * between factors."),
                Map.entry("2pi", "Cannot read the number at position 1"),
                Map.entry("1.2.3", "Cannot read the number at position 1"),
                Map.entry("$5 + 3", "Leave currency signs out"),
                Map.entry("1 = 1", "Give an expression without ="),
                Map.entry("x + 1", "No value \"x\" (position 1). There are the functions sqrt,"),
                Map.entry("foo(1)", "No function \"foo\" (position 1)"),
                Map.entry("sqrt(1, 2)", "sqrt at position 1 takes 1 argument, got 2."),
                Map.entry("round(1, 0.5)", "whole number of places"),
                Map.entry("ln(0)", "ln needs a number above 0, got 0."),
                Map.entry("log(5, 1)", "log needs a base"),
                Map.entry("2.5!", "must be a whole number from 0 to 2000"),
                Map.entry("1e6000 * 1e6000", "too large"),
                Map.entry("1e6144^999999", "too large"),
                Map.entry("9^9^9^9", "too large"),
                Map.entry("1e-6000 / 1e6000", "too close to zero"),
                Map.entry("1e99999", "too large"),
                Map.entry("1e9999999", "Cannot read the number"),
                Map.entry("exp(1e9)", "too large"),
                Map.entry("sin(1e20)", "below 10^15"),
                Map.entry("(".repeat(65) + "1", "nested deeper than 64"),
                Map.entry("-".repeat(900) + "1", "nested deeper than 64"));
        for (var entry : refusals.entrySet()) {
            var refusal = client.refusal("calculate", Map.of("expression", entry.getKey()));
            assertTrue(refusal.contains(entry.getValue()), entry.getKey() + " -> " + refusal);
        }
    }

    @Test
    void takesLongExpressions() throws Exception {
        assertEquals("500", calculate("1" + "+1".repeat(499)).get("result").asText());
        assertEquals(
                "1",
                calculate("(".repeat(60) + "1" + ")".repeat(60)).get("result").asText());
    }

    @Test
    void convertsUnits() throws Exception {
        assertEquals("37", convert("98.6", "fahrenheit", "C"));
        assertEquals("-40", convert("-40", "°C", "°F"));
        assertEquals("42.195", convert("42195", "meters", "km"));
        assertEquals("2.54", convert("1", "Inch", "cm"));
        assertEquals("1.073741824", convert("1", "GiB", "GB"));
        assertEquals("12.5", convert("100", "Mbit", "MB"));
        assertEquals("100", convert("27.77777777777777777777777777777777777777777777777777778", "m/s", "km/h"));
        assertEquals("3.5", convert("5040", "minutes", "days"));
        assertEquals("453.59237", convert("1", "lbs", "grams"));
        assertEquals("0", convert("0", "square feet", "acre"));
    }

    @Test
    void refusesConversionsThatMakeNoSense() throws Exception {
        assertTrue(refusal("km", "kg").contains("km is a unit of length and kg one of mass"));
        assertTrue(refusal("furlong", "m").startsWith("\"from\": no unit \"furlong\". There are m km"));
        assertTrue(refusal("m", "mB").contains("may be"));
    }

    private JsonNode calculate(String expression) throws Exception {
        return client.call("calculate", Map.of("expression", expression));
    }

    private String convert(String value, String from, String to) throws Exception {
        var arguments = Map.of("value", new BigDecimal(value), "from", from, "to", to);
        return client.call("convert_units", arguments).get("result").asText();
    }

    private String refusal(String from, String to) throws Exception {
        return client.refusal("convert_units", Map.of("value", 1, "from", from, "to", to));
    }
}
