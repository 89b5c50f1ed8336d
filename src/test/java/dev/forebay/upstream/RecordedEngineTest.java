package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams that llama.cpp's server sent, byte for byte: docs/reference/engines.md says which version and model. */
class RecordedEngineTest {
    private record Read(Completion completion, List<Event> events) {}

    @Test
    void callsInPiecesArePutTogetherByTheirIndexUnderTheEnginesIds() throws Exception {
        var calls = read("llama-cpp-calls.sse").completion().toolCalls();
        assertEquals(
                List.of(
                        new ToolCall("C9dtDAWJJ73OCVEsJsHeD3vI0dYwzNAI", "list_notes", "{\"contains\": \"true\"}"),
                        new ToolCall("67T0290xiHlRL01oK3vSQ9QpSKp4GRzv", "list_notes", "{\"contains\": \"true\"}"),
                        new ToolCall("BXzxxwXrCPH9RKHiCvueFErSoKZiruSt", "list_notes", "{\"")),
                calls);
    }

    @Test
    void aNullContentIsNoTextAndTheEngineSaysThatItStoppedAtItsLimit() throws Exception {
        var read = read("llama-cpp-calls.sse");
        assertTrue(read.events().stream().noneMatch(Event.Text.class::isInstance));
        assertTrue(read.completion().message().path("content").isNull());
        assertEquals("length", read.completion().finishReason());
        assertEquals(56, read.completion().usage().completion());
    }

    @Test
    void marksOfCallsInATextAreText() throws Exception {
        var read = read("llama-cpp-text.sse");
        assertEquals(
                "<tool_call>\n{\"name\": \"list_notes\", \"arguments\": {}}\n</tool_call>\n</tool_call",
                read.completion().message().path("content").asText());
        assertEquals(List.of(), read.completion().toolCalls());
        assertTrue(read.events().stream().anyMatch(new Event.Text("</", null)::equals));
    }

    @Test
    void membersThatNobodyKnowsSurvive() throws Exception {
        var extras = read("llama-cpp-text.sse").completion().extras();
        assertEquals("b0-unknown", extras.path("system_fingerprint").asText());
        assertEquals(30, extras.path("timings").path("predicted_n").asInt());
    }

    private static Read read(String recording) throws Exception {
        var events = new ArrayList<Event>();
        var answer = bytes(recording);
        try (var fake = FakeUpstream.answering(
                        peer -> peer.streamHead().chunk(answer).endChunks());
                var turns = Turns.over(fake)) {
            var model = new UpstreamModel("m", turns.upstream, () -> "made up");
            var request = new ChatRequest((ObjectNode) new ObjectMapper().readTree("{}"));
            var caller = new Caller("k", "u", Set.of());
            var call = new Call("req", "", caller, Instant.now().plusSeconds(60)).inRound(1);
            var completion = model.run(request, call, new Sink() {
                @Override
                public void emit(Event event) {
                    events.add(event);
                }

                @Override
                public void flush() {}
            });
            return new Read(completion, events);
        }
    }

    private static byte[] bytes(String recording) throws IOException {
        try (var in = RecordedEngineTest.class.getResourceAsStream(recording)) {
            return in.readAllBytes();
        }
    }
}
