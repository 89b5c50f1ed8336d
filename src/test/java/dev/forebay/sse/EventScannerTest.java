package dev.forebay.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventScannerTest {
    private static final String STREAM =
            "data: {\"a\":1}\n\n: note\n\ndata:zwei\nevent: x\ndata: drei\n\ndata: héllo €\n\n";
    private static final List<String> EVENTS = List.of("{\"a\":1}", "zwei\ndrei", "héllo €");

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void findsTheSameEventsWhateverTheLineEndAndHoweverTheBytesAreCut(String lineEnd) {
        var bytes = STREAM.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        for (var size = 1; size <= bytes.length; size++) {
            assertEquals(EVENTS, data(chunks(bytes, size)), "chunks of " + size);
        }
    }

    @Test
    void handsOverEveryByteExactlyOnce() {
        var bytes = STREAM.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        var random = RandomGenerator.of("L64X128MixRandom");
        for (var round = 0; round < 200; round++) {
            var scanner = new EventScanner(1 << 20);
            var seen = new StringBuilder();
            for (var at = 0; at < bytes.length; ) {
                var next = Math.min(bytes.length, at + 1 + random.nextInt(9));
                scanner.feed(java.util.Arrays.copyOfRange(bytes, at, next), f -> seen.append(raw(f)));
                at = next;
            }
            scanner.end(f -> seen.append(raw(f)));
            assertTrue(seen.toString().startsWith(new String(bytes, StandardCharsets.UTF_8).stripTrailing()));
        }
    }

    @Test
    void closesAnEventThatTheStreamLeftOpen() {
        assertEquals(List.of("[DONE]"), data(List.of("data: [DONE]".getBytes(StandardCharsets.UTF_8))));
        assertEquals(List.of("[DONE]"), data(List.of("data: [DONE]\n".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void refusesAnEventThatGrowsPastTheLimit() {
        var scanner = new EventScanner(100);
        scanner.feed(new byte[90], _ -> {});
        assertThrows(EventScanner.EventTooLarge.class, () -> scanner.feed(new byte[20], _ -> {}));
    }

    @Test
    void marksCommentsAsWithoutData() {
        var kinds = new ArrayList<Boolean>();
        new EventScanner(100)
                .feed(": a\n\ndata: b\n\n\n\n".getBytes(StandardCharsets.UTF_8), f -> kinds.add(f.hasData()));
        assertEquals(List.of(false, true), kinds);
    }

    private static List<String> data(List<byte[]> chunks) {
        var events = new ArrayList<String>();
        var scanner = new EventScanner(1 << 20);
        EventScanner.Handler handler = frame -> {
            if (frame.hasData()) {
                events.add(frame.text());
            }
        };
        chunks.forEach(chunk -> scanner.feed(chunk, handler));
        scanner.end(handler);
        return events;
    }

    private static List<byte[]> chunks(byte[] bytes, int size) {
        var chunks = new ArrayList<byte[]>();
        for (var at = 0; at < bytes.length; at += size) {
            chunks.add(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return chunks;
    }

    private static String raw(Frame frame) {
        return new String(frame.bytes(), frame.from(), frame.to() - frame.from(), StandardCharsets.UTF_8);
    }
}
