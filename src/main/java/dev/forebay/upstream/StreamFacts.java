package dev.forebay.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway must know of a stream, read by looking for a few members instead of parsing each chunk. A member's
 * name cannot be mistaken for text: inside a JSON string its quotes are escaped. Usage comes in five shapes (in every
 * chunk, null until the last, on the finishing chunk, on a chunk after it with or without choices); the last counts.
 */
final class StreamFacts {
    private static final byte[] USAGE = ascii("\"usage\"");
    private static final byte[] FINISH = ascii("\"finish_reason\"");
    private static final byte[] CHOICES = ascii("\"choices\"");
    private static final byte[] ERROR = ascii("\"error\"");
    private static final byte[] EVENT = ascii("event:");
    private static final ObjectMapper JSON = new ObjectMapper();

    private byte @Nullable [] lastWithUsage;
    private boolean finished;

    /** Null if the event is an error. */
    Receiver.@Nullable Kind inspect(Frame frame) {
        var from = frame.from();
        var to = frame.to();
        var bytes = frame.bytes();
        var choices = frame.indexOf(CHOICES);
        if (choices < 0 && isError(frame)) {
            return null;
        }
        var usage = valueAt(bytes, frame.indexOf(USAGE), USAGE, to);
        var hasUsage = usage >= 0 && bytes[usage] == '{';
        if (hasUsage) {
            lastWithUsage = frame.data();
        }
        var wasFinished = finished;
        if (!finished) {
            finished = finishes(bytes, from, to);
        }
        if (!hasUsage) {
            return Receiver.Kind.ANSWER;
        }
        return wasFinished || isEmptyList(bytes, valueAt(bytes, choices, CHOICES, to), to)
                ? Receiver.Kind.USAGE
                : Receiver.Kind.ANSWER;
    }

    /** True once a choice has told why it ended. */
    boolean isFinished() {
        return finished;
    }

    Usage usage() {
        if (lastWithUsage == null) {
            return Usage.NONE;
        }
        return Usage.from(parse(lastWithUsage).path("usage")).orElse(Usage.NONE);
    }

    /** A missing node if it is no JSON. */
    static JsonNode parse(byte[] data) {
        try {
            return JSON.readTree(data);
        } catch (IOException _) {
            return JSON.missingNode();
        }
    }

    private static boolean isError(Frame frame) {
        if (frame.indexOf(ERROR) < 0 && Frame.indexOf(frame.bytes(), frame.from(), frame.to(), EVENT) < 0) {
            return false;
        }
        var error = parse(frame.data()).path("error");
        return !error.isMissingNode() && !error.isNull();
    }

    /** With several choices the member stands several times. */
    private static boolean finishes(byte[] bytes, int from, int to) {
        for (var at = Frame.indexOf(bytes, from, to, FINISH); at >= 0; ) {
            var value = valueAt(bytes, at, FINISH, to);
            if (value >= 0 && bytes[value] == '"') {
                return true;
            }
            at = Frame.indexOf(bytes, at + FINISH.length, to, FINISH);
        }
        return false;
    }

    private static boolean isEmptyList(byte[] bytes, int at, int to) {
        if (at < 0 || bytes[at] != '[') {
            return false;
        }
        var next = skipBlanks(bytes, at + 1, to);
        return next < to && bytes[next] == ']';
    }

    /** Where the value of the member whose name stands at {@code at} begins, or -1. */
    private static int valueAt(byte[] bytes, int at, byte[] name, int to) {
        if (at < 0) {
            return -1;
        }
        var colon = skipBlanks(bytes, at + name.length, to);
        if (colon >= to || bytes[colon] != ':') {
            return -1;
        }
        var value = skipBlanks(bytes, colon + 1, to);
        return value < to ? value : -1;
    }

    private static int skipBlanks(byte[] bytes, int from, int to) {
        var i = from;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
