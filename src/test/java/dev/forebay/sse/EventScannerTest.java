package dev.forebay.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
        var random = new Random(7);
        for (var round = 0; round < 200; round++) {
            var scanner = new EventScanner(1 << 20);
            var seen = new StringBuilder();
            for (var at = 0; at < bytes.length; ) {
                var next = Math.min(bytes.length, at + 1 + random.nextInt(9));
                scanner.feed(Arrays.copyOfRange(bytes, at, next), f -> seen.append(raw(f)));
                at = next;
            }
            scanner.end(f -> seen.append(raw(f)));
            assertTrue(seen.toString().startsWith(new String(bytes, StandardCharsets.UTF_8).stripTrailing()));
        }
    }

    /** Random events, line ends and cuts, reproducible by their seed; buffers as the network hands them over. */
    @Test
    void findsWhatTheWholeStreamHasHoweverItIsCut() {
        for (var seed = 0L; seed < 500; seed++) {
            var random = new Random(seed);
            var stream = randomStream(random);
            var whole = data(List.of(stream));
            var events = new ArrayList<String>();
            var scanner = new EventScanner(1 << 20);
            EventScanner.Handler handler = frame -> {
                if (frame.hasData()) {
                    events.add(frame.text());
                }
            };
            for (var at = 0; at < stream.length; ) {
                var next = Math.min(stream.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
                // A slice, so that the bytes begin somewhere in their array.
                BufferFeed.feed(scanner, Buffer.buffer(stream).slice(at, next), handler);
                at = next;
            }
            scanner.end(handler);
            assertEquals(whole, events, "seed " + seed);
        }
    }

    private static byte[] randomStream(Random random) {
        var ends = List.of("\n", "\r\n", "\r");
        var lines = List.of(
                "data: {\"a\":\"é€😀\"}", "data:", "data: x y", ": note", "event: ping", "id: 3", "", "", "data");
        var end = ends.get(random.nextInt(3));
        var stream = new StringBuilder(random.nextInt(4) == 0 ? "\uFEFF" : "");
        for (var i = random.nextInt(60); i >= 0; i--) {
            stream.append(lines.get(random.nextInt(lines.size()))).append(end);
        }
        return stream.append(random.nextBoolean() ? "data: [DONE]" : "")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void passesOverAByteOrderMark() {
        assertEquals(List.of("a"), data(List.of("\uFEFFdata: a\n\n".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void tellsPlainEventsFromOthers() {
        var plain = new ArrayList<Boolean>();
        var stream = "data: a\n\ndata:b\r\n\r\n: note\ndata: c\n\ndata: d\nid: 1\n\ndata: e\ndata: f\n\n";
        new EventScanner(100).feed(stream.getBytes(StandardCharsets.UTF_8), f -> plain.add(f.isPlain()));
        assertEquals(List.of(true, true, false, false, false), plain);
    }

    @Test
    void anEventMadeOfDataIsOneLine() {
        var frame = Frame.ofData("{\n\"a\":1\r\n}".getBytes(StandardCharsets.UTF_8));
        assertEquals("data: { \"a\":1  }\n\n", raw(frame));
        assertTrue(frame.isPlain());
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
            chunks.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return chunks;
    }

    private static String raw(Frame frame) {
        return new String(frame.bytes(), frame.from(), frame.to() - frame.from(), StandardCharsets.UTF_8);
    }
}
