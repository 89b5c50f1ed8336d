package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.Result;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every kind of content reaches the model in one form or another. */
class ResultTextTest {
    private static final String PNG = Base64.getEncoder().encodeToString(new byte[12_000]);

    @Test
    void joinsAllTexts() {
        assertEquals("one\ntwo", text(new Content.Text("one"), new Content.Text("two")));
    }

    @Test
    void usesStructuredContentWhereThereIsNoText() {
        var structured = Optional.of(ScriptedTools.json("{'a':1}"));
        assertEquals(
                "{\"a\":1}",
                ResultText.of(new Result(List.of(), structured, false), 1000, 0).text());
        var both = new Result(List.of(new Content.Text("a is 1")), structured, false);
        assertEquals("a is 1", ResultText.of(both, 1000, 0).text());
    }

    @Test
    void saysWhatItLeavesOut() {
        assertEquals(
                "[image image/png 12 kB omitted]\n[audio audio/wav 12 kB omitted]\n"
                        + "[resource file:///a.bin application/zip 12 kB omitted]\n[content of type hologram omitted]",
                text(
                        new Content.Image("image/png", PNG),
                        new Content.Audio("audio/wav", PNG),
                        new Content.Resource("file:///a.bin", "application/zip", null, PNG),
                        new Content.Unknown("hologram")));
    }

    @Test
    void putsTextOfResourcesAndLinksIn() {
        assertEquals(
                "[resource file:///a.txt]\nhello\n[link a, file:///a.txt, text/plain]\n[link b, file:///b]",
                text(
                        new Content.Resource("file:///a.txt", "text/plain", "hello", null),
                        new Content.Link("file:///a.txt", "a", "text/plain"),
                        new Content.Link("file:///b", "b", null)));
    }

    @Test
    void isNeverEmpty() {
        assertEquals("The tool returned nothing.", text());
        assertEquals("The tool returned nothing.", text(new Content.Text("")));
        assertEquals(
                "The tool failed and did not say why.",
                ResultText.of(new Result(List.of(), Optional.empty(), true), 1000, 0)
                        .text());
    }

    @Test
    void givesAnErrorOfTheToolsOwnVerbatim() {
        var result = new Result(List.of(new Content.Text("no such file")), Optional.empty(), true);
        assertEquals("no such file", ResultText.of(result, 1000, 0).text());
    }

    @Test
    void showsImagesToAModelThatSees() {
        var result = new Result(List.of(new Content.Image("image/png", PNG)), Optional.empty(), false);
        var shown = ResultText.of(result, 1000, 20_000);
        assertEquals("[image image/png 12 kB, shown below]", shown.text());
        assertEquals(
                "data:image/png;base64," + PNG,
                shown.images().getFirst().path("image_url").path("url").asText());
        assertEquals(12_000, shown.imageBytes());
    }

    @Test
    void showsNoMoreImagesThanThereIsRoomFor() {
        var image = new Content.Image("image/png", PNG);
        var result = new Result(List.of(image, image), Optional.empty(), false);
        assertEquals(1, ResultText.of(result, 1000, 20_000).images().size());
    }

    @Test
    void showsNothingThatIsNoImage() {
        for (var image : List.of(
                new Content.Image("text/html", PNG),
                new Content.Image("image/png;x=\"", PNG),
                new Content.Image("image/png", "https://evil.example/"))) {
            var result = new Result(List.of(image), Optional.empty(), false);
            assertEquals(0, ResultText.of(result, 1000, 1 << 20).images().size());
        }
    }

    @Test
    void putsImagesIntoAMessageAfterAllResults() {
        var tools = new ScriptedTools()
                .with(
                        "calc",
                        "draw",
                        (_, _) -> new Result(List.of(new Content.Image("image/png", PNG)), Optional.empty(), false));
        var settings = new AgentSettings(Agents.servers("calc"), Budgets.DEFAULT, Trace.METADATA, true, 16);
        var agents =
                Agents.of(tools, settings, Reply.calls("draw", "{}").andCalls("draw", "{\"n\":2}"), Reply.says("nice"));
        agents.ask("{}");
        var messages = agents.sent(2).path("messages");
        assertEquals("tool", messages.path(3).path("role").asText());
        assertEquals("user", messages.path(4).path("role").asText());
        assertEquals(3, messages.path(4).path("content").size());
    }

    @Test
    void keepsBeginningAndEndOfAResultThatIsTooLong() {
        var text = text("a".repeat(5000) + "the end");
        assertTrue(text.startsWith("aaa"));
        assertTrue(text.endsWith("the end"));
        assertTrue(text.contains("[truncated "));
        assertTrue(Utf8.length(text) <= 1000);
    }

    @Test
    void countsTheBytesThatItLeavesOutAndCutsBetweenCharacters() {
        var random = new Random(3);
        for (var run = 0; run < 500; run++) {
            var long1 = new StringBuilder();
            for (var i = 0; i < 400; i++) {
                long1.appendCodePoint(List.of(0x61, 0xe9, 0x65e5, 0x1f600).get(random.nextInt(4)));
            }
            var max = 256 + random.nextInt(300);
            var cut = Utf8.headAndTail(long1.toString(), max);
            assertTrue(Utf8.length(cut) <= max);
            assertEquals(cut, new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
            if (!cut.contentEquals(long1)) {
                var note = cut.lines()
                        .filter(l -> l.startsWith("[truncated"))
                        .findFirst()
                        .orElseThrow();
                var kept = Utf8.length(cut) - note.length() - 2;
                assertEquals(Utf8.length(long1.toString()) - kept, Long.parseLong(note.replaceAll("[^0-9]", "")));
            }
        }
    }

    @Test
    void bearsAHundredMegabytes() {
        var text = text("x".repeat(100_000_000));
        assertTrue(Utf8.length(text) <= 1000);
    }

    @Test
    void replacesHalvesOfCharacters() {
        assertEquals("a\ufffdb", text("a\ud83db"));
    }

    private static String text(String text) {
        return text(new Content.Text(text));
    }

    private static String text(Content... content) {
        return ResultText.of(new Result(List.of(content), Optional.empty(), false), 1000, 0)
                .text();
    }
}
