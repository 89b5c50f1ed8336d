package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A JSON object that passes in pieces and is never held. The value of its {@code model} is put right wherever it stands,
 * its {@code usage} is kept, and at the end it is known whether the object was closed. Only the top level counts.
 */
final class PipedObject {
    private static final byte[] MODEL = "model".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] USAGE = "usage".getBytes(StandardCharsets.US_ASCII);
    private static final int USAGE_BYTES_MAX = 16 * 1024;

    private final byte[] shown;
    private final byte[] name = new byte[MODEL.length + 1];
    private int nameLength;
    private int depth;
    private boolean begun;
    private boolean inString;
    private boolean escaped;
    private boolean inName;
    private boolean nameIsNext;
    private boolean replacing;
    private boolean inUsage;
    private boolean somethingFollows;
    private ByteArrayOutputStream usage = new ByteArrayOutputStream(0);

    /** @param shown the model's name in quotes, as JSON */
    PipedObject(byte[] shown) {
        this.shown = shown;
    }

    /** The piece as it is to go on. */
    Buffer pass(Buffer piece) {
        var bytes = piece.getBytes();
        Buffer changed = null;
        var kept = 0; // up to here it has been copied, or is to be left out
        for (var i = 0; i < bytes.length; i++) {
            i = pastPlainText(bytes, i);
            if (i == bytes.length) {
                break;
            }
            var wasReplacing = replacing;
            look(bytes[i]);
            if (replacing && !wasReplacing) {
                changed = (changed == null ? Buffer.buffer(bytes.length + shown.length) : changed)
                        .appendBytes(bytes, kept, i - kept)
                        .appendBytes(shown);
            }
            if (replacing || wasReplacing) {
                changed = changed == null ? Buffer.buffer(bytes.length) : changed;
                kept = i + 1;
            }
        }
        return changed == null ? piece : changed.appendBytes(bytes, kept, bytes.length - kept);
    }

    /** True once the object was closed, if nothing but blanks came after it. */
    boolean isWhole() {
        return begun && depth == 0 && !somethingFollows;
    }

    Usage usage() {
        return Usage.from(StreamFacts.parse(usage.toByteArray())).orElse(Usage.NONE);
    }

    /** Most of a large answer lies in one long string, in which only its end is of interest. */
    private int pastPlainText(byte[] bytes, int from) {
        var i = from;
        if (inString && !escaped && !inName && !replacing && !inUsage) {
            while (i < bytes.length && bytes[i] != '"' && bytes[i] != '\\') {
                i++;
            }
        }
        return i;
    }

    private void look(byte b) {
        if (inUsage && usage.size() < USAGE_BYTES_MAX) {
            usage.write(b);
        }
        if (inString) {
            inside(b);
            return;
        }
        switch (b) {
            case '"' -> open();
            case '{', '[' -> {
                if (depth++ == 0) {
                    somethingFollows |= begun;
                    begun = true;
                    nameIsNext = true;
                } else if (depth == 2 && b == '{' && isNamed(USAGE)) {
                    inUsage = true;
                    usage = new ByteArrayOutputStream(256);
                    usage.write(b);
                }
            }
            case '}', ']' -> {
                if (--depth == 1) {
                    inUsage = false;
                }
                somethingFollows |= depth < 0;
            }
            case ',' -> nameIsNext |= depth == 1;
            default -> somethingFollows |= begun && depth == 0 && Byte.toUnsignedInt(b) > ' ';
        }
    }

    private void open() {
        inString = true;
        somethingFollows |= depth == 0;
        if (depth == 1 && nameIsNext) {
            inName = true;
            nameIsNext = false;
            nameLength = 0;
        } else {
            replacing = depth == 1 && isNamed(MODEL);
        }
    }

    private void inside(byte b) {
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            inString = false;
            inName = false;
            replacing = false;
            return;
        }
        if (inName && nameLength < name.length) {
            name[nameLength++] = b;
        }
    }

    private boolean isNamed(byte[] wanted) {
        return Arrays.equals(name, 0, nameLength, wanted, 0, wanted.length);
    }
}
