package dev.forebay.upstream;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer's {@code model}, which is to be the name that the client asked for. In a stream the member is learned from
 * the first event and looked for as it stood there in each; where the names are equal nothing is touched.
 */
public final class ModelMember {
    private static final byte[] NAME = "\"model\"".getBytes(StandardCharsets.US_ASCII);

    private final byte[] shown;
    private byte @Nullable [] theirs;
    private boolean learned;

    private ModelMember(byte[] shown) {
        this.shown = shown;
    }

    public static ModelMember named(String shown) {
        var name = JsonStringEncoder.getInstance().quoteAsUTF8(shown);
        var quoted = new byte[name.length + 2];
        quoted[0] = '"';
        System.arraycopy(name, 0, quoted, 1, name.length);
        quoted[quoted.length - 1] = '"';
        return new ModelMember(quoted);
    }

    /** The name that is shown, in its quotes. */
    byte[] shown() {
        return shown;
    }

    /** The event with the model's name put right, or null if it can go as it is. */
    public @Nullable Buffer in(Frame frame) {
        if (!learned) {
            learn(frame);
        }
        if (theirs == null) {
            return null;
        }
        var at = frame.indexOf(theirs);
        if (at < 0) {
            return null;
        }
        var value = at + theirs.length - valueLength(theirs);
        return Buffer.buffer(frame.to() - frame.from() + shown.length)
                .appendBytes(frame.bytes(), frame.from(), value - frame.from())
                .appendBytes(shown)
                .appendBytes(frame.bytes(), at + theirs.length, frame.to() - at - theirs.length);
    }

    /** A whole answer with the value in {@code [from, to)} put right. */
    Buffer in(Buffer answer, int from, int to) {
        if (from < 0 || Arrays.equals(answer.getBytes(from, to), shown)) {
            return answer;
        }
        return Buffer.buffer(answer.length() + shown.length)
                .appendBuffer(answer, 0, from)
                .appendBytes(shown)
                .appendBuffer(answer, to, answer.length() - to);
    }

    /** Where an event has no such member, the next one is asked. */
    private void learn(Frame frame) {
        var name = frame.indexOf(NAME);
        if (name < 0) {
            return;
        }
        var bytes = frame.bytes();
        var open = Json.valueAfter(bytes, name + NAME.length, frame.to());
        if (open < 0 || bytes[open] != '"') {
            return;
        }
        learned = true;
        var end = Json.afterString(bytes, open, frame.to());
        if (!Arrays.equals(bytes, open, end, shown, 0, shown.length)) {
            theirs = Arrays.copyOfRange(bytes, name, end);
        }
    }

    private static int valueLength(byte[] member) {
        var open = NAME.length;
        while (member[open] != '"') {
            open++;
        }
        return member.length - open;
    }
}
