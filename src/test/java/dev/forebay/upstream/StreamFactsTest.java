package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.Usage;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import dev.forebay.upstream.StreamFacts.Finding;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StreamFactsTest {
    private final StreamFacts facts = new StreamFacts(1);

    @Test
    void takesTextAboutMembersForText() {
        var text = Answers.text("\\\"finish_reason\\\":\\\"stop\\\",\\\"usage\\\":{},\\\"error\\\":{}");
        assertEquals(Finding.ANSWER, inspect(text));
        assertFalse(facts.isFinished());
        assertEquals(Usage.NONE, facts.usage());
    }

    @Test
    void seesTheFinishOfAnyChoice() {
        assertEquals(
                Finding.ANSWER,
                inspect(
                        "{\"choices\":[{\"index\":0,\"finish_reason\":null},{\"index\":1,\"finish_reason\" : \"stop\"}]}"));
        assertTrue(facts.isFinished());
    }

    @Test
    void dropsAUsageChunkOnlyIfItSaysNothingElse() {
        assertEquals(Finding.ANSWER, inspect(with(Answers.text("a"))));
        assertEquals(Finding.ANSWER, inspect(with(Answers.finish("stop"))));
        assertEquals(Finding.ANSWER, inspect(with(Answers.text("another choice goes on"))));
        assertEquals(Finding.USAGE, inspect(with(Answers.chunk("{}"))));
        assertEquals(Finding.USAGE, inspect(with(Answers.chunk("{\"content\":\"\",\"role\":null}"))));
        assertEquals(Finding.USAGE, inspect("{\"choices\" : [ ] , \"usage\" : " + Answers.USAGE + "}"));
        assertEquals(new Usage(3, 2, 1, 1), facts.usage());
    }

    @Test
    void theLastUsageCounts() {
        inspect("{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":0}}");
        inspect("{\"choices\":[],\"usage\":null}");
        assertEquals(new Usage(3, 0, 0, 0), facts.usage());
        inspect("{\"choices\":[],\"usage\":" + Answers.USAGE + "}");
        assertEquals(new Usage(3, 2, 1, 1), facts.usage());
    }

    @Test
    void countsUsageOfAnEventWithoutChoices() {
        assertEquals(Finding.FOREIGN, inspect("{\"usage\":" + Answers.USAGE + "}"));
        assertEquals(new Usage(3, 2, 1, 1), facts.usage());
    }

    @Test
    void findsErrorsWhereverTheyStand() {
        assertEquals(Finding.ERROR, inspect("{\"error\":{\"message\":\"no\"}}"));
        assertEquals(Finding.ERROR, inspect("{\"choices\":[],\"error\":\"no\"}"));
        assertEquals(Finding.ANSWER, inspect("{\"choices\":[],\"error\":null}"));
        assertEquals(Finding.ANSWER, inspect("{\"choices\":[{\"delta\":{\"x\":{\"error\":1}}}]}"));
        assertEquals(Finding.GARBAGE, inspect("<html>"));
        assertEquals(Finding.GARBAGE, inspect(""));
        assertEquals(Finding.FOREIGN, inspect("{\"type\":\"ping\"}"));
    }

    @Test
    void readsEventsOfSeveralLines() {
        var frame = new AtomicReference<Finding>();
        new EventScanner(1000)
                .feed(
                        "data: {\"choices\":[{\ndata: \"finish_reason\":\ndata: \"stop\"}]}\n\n"
                                .getBytes(StandardCharsets.UTF_8),
                        f -> frame.set(facts.inspect(f)));
        assertEquals(Finding.ANSWER, frame.get());
        assertTrue(facts.isFinished());
    }

    private Finding inspect(String event) {
        return facts.inspect(Frame.ofData(event.getBytes(StandardCharsets.UTF_8)));
    }

    private static String with(String event) {
        return event.substring(0, event.length() - 1) + ",\"usage\":" + Answers.USAGE + "}";
    }
}
