package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.ToolFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void readsEveryKindOfContent() throws Exception {
        var result = from("""
                {"isError": true, "content": [
                  {"type": "text", "text": "a"},
                  {"type": "audio", "mimeType": "audio/wav", "data": "BBBB"},
                  {"type": "resource", "resource": {"uri": "file:///x", "mimeType": "text/plain", "text": "y"}},
                  {"type": "resource", "resource": {"uri": "file:///z", "blob": "CCCC"}},
                  {"type": "resource_link", "uri": "file:///l", "name": "l"},
                  {"type": "next_year"}, {"no": "type"}]}
                """);
        assertEquals(
                List.of(
                        new Content.Text("a"),
                        new Content.Audio("audio/wav", "BBBB"),
                        new Content.Resource("file:///x", "text/plain", "y", null),
                        new Content.Resource("file:///z", null, null, "CCCC"),
                        new Content.Link("file:///l", "l", null),
                        new Content.Unknown("next_year"),
                        new Content.Unknown("")),
                result.content());
        assertTrue(result.isError() && result.structured().isEmpty());
    }

    @Test
    void leavesOutWhatIsForTheUserOnly() throws Exception {
        var result = from("""
                {"content": [
                  {"type": "text", "text": "user", "annotations": {"audience": ["user"]}},
                  {"type": "text", "text": "both", "annotations": {"audience": ["user", "assistant"]}},
                  {"type": "text", "text": "none", "annotations": {"audience": []}}]}
                """);
        assertEquals(List.of(new Content.Text("both"), new Content.Text("none")), result.content());
    }

    @Test
    void takesAResultThatHasStructuredContentOnlyAndRefusesWhatIsNone() throws Exception {
        assertEquals(
                "[1]",
                from("{\"structuredContent\": [1]}").structured().orElseThrow().toString());
        assertThrows(ToolFailure.class, () -> from("[]"));
    }

    private static Result from(String json) throws Exception {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return Results.from("server", Wire.parse(bytes, 0, bytes.length));
    }
}
