package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.History.Entry;
import dev.forebay.chat.Usage;
import java.util.List;

/**
 * Keeps a run inside the model's context: above 80 % of it, the oldest results of our tools shrink to a line each. The
 * last three rounds stay whole, no call loses its result, and what the client wrote is left alone. How many tokens a
 * byte makes is learned from the usage that the engine reports.
 */
final class ContextWindow {
    private static final int ROUNDS_KEPT = 3;
    private static final int STUB_BYTES = 100;
    private static final int IMAGE_BYTES = 4096;

    private final int tokensMax;
    private double tokensPerByte = 0.25;

    /** @param tokensMax 0 for no limit */
    ContextWindow(int tokensMax) {
        this.tokensMax = tokensMax;
    }

    /** What a request weighs; not looked at where there is no limit. */
    long weigh(JsonNode request) {
        return tokensMax == 0 ? 0 : bytes(request);
    }

    /** @param bytes of the request whose usage it is */
    void learn(long bytes, Usage usage) {
        if (bytes > 0 && usage.prompt() > 0) {
            tokensPerByte = Math.clamp((double) usage.prompt() / bytes, 0.05, 1.0);
        }
    }

    /**
     * Returns true if something had to shrink.
     *
     * @param offered tools, which take room too
     * @param round that comes next
     */
    boolean fit(History history, List<JsonNode> offered, int round) {
        if (tokensMax == 0) {
            return false;
        }
        var shrunk = false;
        var room = (long) (0.8 * tokensMax / tokensPerByte)
                - offered.stream().mapToLong(ContextWindow::bytes).sum();
        var bytes =
                history.entries().stream().mapToLong(e -> bytes(e.message())).sum();
        for (var entries = history.entries().listIterator(); entries.hasNext() && bytes > room; ) {
            var entry = entries.next();
            var size = bytes(entry.message());
            if (entry.isOurs() && entry.round() < round - ROUNDS_KEPT && size > 2 * STUB_BYTES) {
                var stub = stub(entry, size);
                bytes += bytes(stub.message()) - size;
                entries.set(stub);
                shrunk |= !stub.equals(entry);
            }
        }
        return shrunk;
    }

    private static Entry stub(Entry entry, long size) {
        var isResult = ToolMessages.isResult(entry.message());
        var isImages = entry.message().path("content").isArray();
        if (!(entry.message() instanceof ObjectNode message) || !(isResult || isImages)) {
            return entry;
        }
        var text = "[" + size + " bytes of tool results left out to save context]";
        return new Entry(message.deepCopy().put("content", text), entry.round(), true);
    }

    /** What a value weighs in a prompt; an image weighs the same however it is encoded. */
    static long bytes(JsonNode json) {
        if (json.isTextual()) {
            var text = json.textValue();
            return text.startsWith("data:") ? IMAGE_BYTES : text.length();
        }
        var bytes = 4L;
        if (json instanceof ObjectNode object) {
            for (var member : object.properties()) {
                bytes += member.getKey().length() + bytes(member.getValue());
            }
        } else if (json instanceof ArrayNode array) {
            for (var item : array) {
                bytes += bytes(item);
            }
        }
        return bytes;
    }
}
