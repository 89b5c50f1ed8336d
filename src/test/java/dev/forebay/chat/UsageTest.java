package dev.forebay.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void aCountThatNoTurnCanHaveIsNone() throws Exception {
        var absurd = "{\"prompt_tokens\":7,\"completion_tokens\":1e30,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":-5}}";
        assertEquals(Optional.of(new Usage(7, 0, 0, 0)), Usage.from(new ObjectMapper().readTree(absurd)));
    }
}
