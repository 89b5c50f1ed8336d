package dev.forebay.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway must know of a stream, read by looking for a few members in one pass instead of parsing each chunk. A
 * member's name cannot be mistaken for text: inside a JSON string its quotes are escaped. Usage comes in five shapes (in
 * every chunk, null until the last, on the finishing chunk, on a chunk after it with or without choices); the last
 * counts.
 */
final class StreamFacts {
    /** What an event turned out to be. */
    enum Finding {
        /** Part of the answer. */
        ANSWER,
        /** Nothing but the usage. */
        USAGE,
        /** JSON, but no part of a completion: clients that validate events would break on it. */
        FOREIGN,
        ERROR,
        GARBAGE
    }

    private static final byte[] USAGE = ascii("\"usage\"");
    private static final byte[] FINISH = ascii("\"finish_reason\"");
    private static final byte[] CHOICES = ascii("\"choices\"");
    private static final byte[] ERROR = ascii("\"error\"");
    private static final byte[] ERROR_EVENT = ascii("event: error");
    private static final byte[] ERROR_EVENT_CLOSE = ascii("event:error");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int choicesAskedFor;
    private final Set<Integer> finishedChoices = new HashSet<>();
    private byte @Nullable [] lastWithUsage;
    private boolean finished;
    // Of the event at hand: where the values begin, or -1.
    private int choices;
    private int usage;
    private int error;
    private boolean finishes;

    /** @param choices that were asked for */
    StreamFacts(int choices) {
        this.choicesAskedFor = choices;
    }

    Finding inspect(Frame frame) {
        if (frame.isPlain()) {
            return inspect(frame.bytes(), frame.dataFrom(), frame.dataTo());
        }
        if (frame.indexOf(ERROR_EVENT) >= 0 || frame.indexOf(ERROR_EVENT_CLOSE) >= 0) {
            return Finding.ERROR;
        }
        var data = frame.data();
        return inspect(data, 0, data.length);
    }

    /** True once each choice has told why it ended. */
    boolean isFinished() {
        return finished;
    }

    Usage usage() {
        return lastWithUsage == null ? Usage.NONE : usageIn(parse(lastWithUsage));
    }

    /** A missing node if it is no JSON. */
    static JsonNode parse(byte[] data) {
        try {
            return JSON.readTree(data);
        } catch (IOException _) {
            return JSON.missingNode();
        }
    }

    private Finding inspect(byte[] bytes, int from, int to) {
        if (!Json.looksLikeObject(bytes, from, to)) {
            return Finding.GARBAGE;
        }
        find(bytes, from, to);
        if (usage >= 0) {
            lastWithUsage = Arrays.copyOfRange(bytes, from, to);
        }
        if (choices < 0 || error >= 0) {
            var finding = unusual(parse(Arrays.copyOfRange(bytes, from, to)));
            if (finding != Finding.ANSWER) {
                return finding;
            }
        }
        var wasFinished = finished;
        if (finishes) {
            finished = choicesAskedFor <= 1 || allHaveFinished(parse(Arrays.copyOfRange(bytes, from, to)));
        }
        return usage >= 0 && isUsageOnly(bytes, to, wasFinished) ? Finding.USAGE : Finding.ANSWER;
    }

    private boolean allHaveFinished(JsonNode event) {
        for (var choice : event.path("choices")) {
            if (!choice.path("finish_reason").asText("").isEmpty() && finishedChoices.size() < choicesAskedFor) {
                finishedChoices.add(choice.path("index").asInt());
            }
        }
        return finishedChoices.size() >= choicesAskedFor;
    }

    /** One pass over the event, which stops at quotes only. */
    private void find(byte[] bytes, int from, int to) {
        choices = -1;
        usage = -1;
        error = -1;
        finishes = false;
        for (var i = from; i < to - 1; i++) {
            if (bytes[i] != '"') {
                continue;
            }
            switch (bytes[i + 1]) {
                case 'c' -> {
                    var value = choices < 0 ? valueOf(CHOICES, bytes, i, to) : -1;
                    choices = value >= 0 ? value : choices;
                }
                case 'u' -> {
                    var value = valueOf(USAGE, bytes, i, to);
                    usage = value >= 0 && bytes[value] == '{' ? value : usage;
                }
                case 'e' -> {
                    var value = valueOf(ERROR, bytes, i, to);
                    error = value >= 0 && bytes[value] != 'n' ? value : error;
                }
                // With several choices the member stands several times.
                case 'f' -> {
                    var value = valueOf(FINISH, bytes, i, to);
                    finishes |= value >= 0 && bytes[value] == '"' && value + 1 < to && bytes[value + 1] != '"';
                }
                default -> {}
            }
        }
    }

    private static int valueOf(byte[] name, byte[] bytes, int at, int to) {
        var end = at + name.length;
        return end < to && Arrays.equals(bytes, at, end, name, 0, name.length) ? Json.valueAfter(bytes, end, to) : -1;
    }

    /** An event without choices, or with a member that is called error, is rare enough to be parsed. */
    private static Finding unusual(JsonNode event) {
        if (!event.isObject()) {
            return Finding.GARBAGE;
        }
        if (event.hasNonNull("error")) {
            return Finding.ERROR;
        }
        return event.has("choices") ? Finding.ANSWER : Finding.FOREIGN;
    }

    /** Some engines send usage with every chunk, so a chunk with usage is dropped only if it says nothing else. */
    private boolean isUsageOnly(byte[] bytes, int to, boolean wasFinished) {
        if (bytes[choices] == '[' && bytes[Math.min(Json.skipBlanks(bytes, choices + 1, to), to - 1)] == ']') {
            return true;
        }
        if (!wasFinished || finishes || lastWithUsage == null) {
            return false;
        }
        for (var choice : parse(lastWithUsage).path("choices")) {
            for (var member : choice.path("delta")) {
                if (!member.isNull() && !(member.isTextual() && member.asText().isEmpty())) {
                    return false;
                }
            }
            if (!choice.path("text").asText().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** At the top, or in the choice as Moonshot has it. */
    private static Usage usageIn(JsonNode event) {
        return Usage.from(event.path("usage"))
                .or(() -> Usage.from(event.path("choices").path(0).path("usage")))
                .or(() -> Usage.from(event.path("x_groq").path("usage")))
                .orElse(Usage.NONE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
