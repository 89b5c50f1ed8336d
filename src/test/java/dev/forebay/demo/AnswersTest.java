package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
    @Test
    void aResultThatOnlyBeginsLikeJsonIsText() {
        var done = new Conversation.Done(
                "list_notes", JsonNodeFactory.instance.objectNode(), "1 of 1 notes\ngroceries: milk and eggs\n");

        assertEquals(
                "list_notes answered:\n1 of 1 notes\ngroceries: milk and eggs", Answers.of(List.of(done), List.of()));
    }
}
