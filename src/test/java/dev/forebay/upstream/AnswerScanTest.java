package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScanTest {
    private static final byte[] WHOLE = """
            {"data": [{"embedding": [0.0, -0.12, 1.5e-7, 12, -1, 2E+3]}], "a": [true, false, null, "\\u00e9 é 👩 \\n"],
             "created": -1.5E+3, "model": "é", "usage": {"prompt_tokens": 1, "b": -0.5e-1, "c": null}, "d" : true }""".getBytes(StandardCharsets.UTF_8);

    @Test
    void anObjectIsSeenAsOneWhereverItIsCut() {
        for (var length = 1; length < WHOLE.length; length++) {
            var begin = Arrays.copyOf(WHOLE, length);
            var scan = AnswerScan.of(begin);
            assertTrue(scan.isObject(), () -> new String(begin, StandardCharsets.UTF_8));
            assertFalse(scan.isWhole(), () -> new String(begin, StandardCharsets.UTF_8));
        }
        assertTrue(AnswerScan.of(WHOLE).isWhole());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<html>",
                "[1]",
                "{\"a\":0.}",
                "{\"a\":tru,",
                "{\"a\":01",
                "{\"a\" 1",
                "{a",
                "{\"a\":1}}"
            })
    void whatIsNoObjectIsNotTakenForTheBeginningOfOne(String text) {
        assertFalse(AnswerScan.of(text.getBytes(StandardCharsets.UTF_8)).isObject());
    }
}
