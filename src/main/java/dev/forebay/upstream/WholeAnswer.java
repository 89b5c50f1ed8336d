package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is no stream. It is held while it is small, so that a cut can be tried again or told with its status.
 * A large one is piped: the chunks go on as they come, with nothing but the model's name put right.
 */
final class WholeAnswer implements Answer {
    /** Of something that is no JSON, looked at to say what it is. */
    private static final int PAGE_BYTES = 1024;

    private final Attempt attempt;
    private final Receiver receiver;
    private final ModelMember model;
    private final Timeouts timeouts;
    private final String contentType;
    private final int heldBytesMax;
    private final ArrayDeque<Buffer> chunks = new ArrayDeque<>();
    private int length;
    private @Nullable PipedObject piped;
    private Usage usage = Usage.NONE;

    WholeAnswer(
            Attempt attempt,
            Receiver receiver,
            TurnRequest turn,
            Timeouts timeouts,
            @Nullable String contentType,
            int heldBytesMax) {
        this.attempt = attempt;
        this.receiver = receiver;
        this.model = ModelMember.named(turn.shownModel());
        this.timeouts = timeouts;
        // What is passed on has been found to be JSON; client libraries go by the name that it has.
        this.contentType = contentType != null && contentType.contains("json") ? contentType : "application/json";
        this.heldBytesMax = heldBytesMax;
        attempt.due(timeouts.idleSeconds());
    }

    @Override
    public void chunk(Buffer chunk) {
        attempt.due(timeouts.idleSeconds());
        if (piped != null) {
            pass(piped.pass(chunk));
            return;
        }
        chunks.add(chunk);
        length += chunk.length();
        if (length > heldBytesMax) {
            beginPipe();
        }
    }

    @Override
    public void ended() {
        if (piped != null) {
            endOfPipe(piped);
            return;
        }
        var whole = joined();
        var bytes = whole.getBytes();
        var scan = AnswerScan.of(bytes);
        usage = scan.usage();
        if (scan.isError()) {
            attempt.fail(Fault.inBody(bytes));
        } else if (scan.isWhole()) {
            attempt.begins();
            pass(model.in(whole, scan.modelFrom(), scan.modelTo()));
            attempt.complete(usage);
        } else if (scan.isObject()) {
            attempt.fail(Fault.cutWhileHeld(null));
        } else {
            attempt.fail(Fault.noJson(whole.toString()));
        }
    }

    @Override
    public void broken(@Nullable Throwable cause) {
        if (piped != null && piped.isWhole()) {
            // Nothing can follow an object that has closed. Of an answer that ends with its connection, the client
            // library
            // reports the close before the end if the answer had to wait for its reader.
            attempt.complete(piped.usage());
        } else {
            attempt.fail(Fault.cutWhileHeld(cause));
        }
    }

    @Override
    public void late() {
        attempt.fail(Fault.silent("the model server fell silent in the middle of its answer"));
    }

    @Override
    public Usage usage() {
        return piped == null ? usage : piped.usage();
    }

    /** All that was held goes on, and what follows as it comes. */
    private void beginPipe() {
        var head = joined();
        var bytes = head.getBytes();
        var scan = AnswerScan.of(bytes);
        if (scan.isError()) {
            attempt.fail(Fault.inBody(bytes));
        } else if (scan.isObject()) {
            var object = new PipedObject(model.shown());
            piped = object;
            attempt.begins();
            pass(object.pass(head));
        } else {
            attempt.fail(Fault.noJson(head.getString(0, Math.min(head.length(), PAGE_BYTES))));
        }
    }

    private void endOfPipe(PipedObject object) {
        if (object.isWhole()) {
            attempt.complete(object.usage());
        } else {
            attempt.fail(Fault.cut(null));
        }
    }

    private void pass(Buffer piece) {
        if (piece.length() > 0) {
            receiver.answer(contentType, piece);
        }
    }

    private Buffer joined() {
        if (chunks.size() == 1) {
            return withoutMark(chunks.removeFirst());
        }
        var joined = Buffer.buffer(length);
        chunks.forEach(joined::appendBuffer);
        chunks.clear();
        return withoutMark(joined);
    }

    /** Many parsers of JSON stumble over a byte order mark. */
    private static Buffer withoutMark(Buffer text) {
        return text.length() >= 3
                        && text.getByte(0) == (byte) 0xEF
                        && text.getByte(1) == (byte) 0xBB
                        && text.getByte(2) == (byte) 0xBF
                ? text.slice(3, text.length())
                : text;
    }
}
