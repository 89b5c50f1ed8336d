package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    @Test
    void aTokenIsAWordWithTheBlanksBeforeIt() {
        assertEquals(List.of("Hello", ",", " world", "!"), Tokens.of("Hello, world!"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\n\n  b ",
                "naïve café",
                "👩‍👩‍👧 family 😀😀",
                "averyveryverylongwordindeed",
                "\uD83D"
            })
    void tokensJoinToTheTextAndAreCountedAsCut(String text) {
        assertEquals(text, String.join("", Tokens.of(text)));
        assertEquals(Tokens.of(text).size(), Tokens.count(text));
    }
}
