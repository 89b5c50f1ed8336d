package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void splitsNamesOfAllStyles() {
        assertEquals(List.of("read", "text", "file"), Words.all("read_text-file"));
        assertEquals(List.of("message", "type"), Words.all("messageType"));
        assertEquals(List.of("what", "the", "time"), Words.all("What's the time?"));
    }

    @Test
    void formsOfAWordMeet() {
        for (var forms : List.of(
                "save saves saving saved",
                "create creates creating created",
                "list lists listing listed",
                "directory directories",
                "get gets getting",
                "note notes noted",
                "file files",
                "search searches searching")) {
            assertEquals(1, Words.stemmed(forms).size(), forms);
        }
    }

    @Test
    void synonymsWidenAWord() {
        assertTrue(Words.widened(Words.stem("folders")).contains(Words.stem("directory")));
        assertTrue(Words.widened(Words.stem("removing")).contains(Words.stem("delete")));
        assertEquals(Set.of("quark"), Words.widened("quark"));
    }
}
