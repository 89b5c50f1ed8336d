package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is no stream. It is held while it is small, so that a cut can be tried again or told with its status.
 * A large one is piped: the chunks go on as they came, but for the last few KiB, which hold usage and often the model.
 */
final class WholeAnswer implements Answer {
    private static final int TAIL_BYTES = 16 * 1024;

    private final Attempt attempt;
    private final Receiver receiver;
    private final TurnRequest turn;
    private final Timeouts timeouts;
    private final @Nullable String contentType;
    private final int heldBytesMax;
    private final ArrayDeque<Buffer> chunks = new ArrayDeque<>();
    private int length;
    private boolean piped;
    private boolean namedModel;
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
        this.turn = turn;
        this.timeouts = timeouts;
        this.contentType = contentType;
        this.heldBytesMax = heldBytesMax;
        attempt.due(timeouts.idleSeconds());
    }

    @Override
    public void chunk(Buffer chunk) {
        chunks.add(chunk);
        length += chunk.length();
        attempt.due(timeouts.idleSeconds());
        if (piped) {
            passAllButTail();
        } else if (length > heldBytesMax) {
            beginPipe();
        }
    }

    @Override
    public void ended() {
        var rest = joined();
        if (piped) {
            endOfPipe(rest);
            return;
        }
        var bytes = rest.getBytes();
        var scan = AnswerScan.of(bytes);
        usage = scan.usage();
        if (scan.isError()) {
            attempt.fail(Fault.inBody(bytes));
        } else if (scan.isWhole()) {
            attempt.begins();
            pass(ModelMember.named(turn.shownModel()).in(rest, scan.modelFrom(), scan.modelTo()));
            attempt.complete(usage);
        } else if (scan.isObject()) {
            attempt.fail(Fault.cutWhileHeld(null));
        } else {
            attempt.fail(Fault.noJson(rest.toString()));
        }
    }

    @Override
    public void broken(@Nullable Throwable cause) {
        attempt.fail(Fault.cutWhileHeld(cause));
    }

    @Override
    public void late() {
        attempt.fail(Fault.silent("the model server fell silent in the middle of its answer"));
    }

    @Override
    public Usage usage() {
        return usage;
    }

    /** All that was held, with the model's name put right if it stands there. */
    private void beginPipe() {
        var head = joined();
        var scan = AnswerScan.of(head.getBytes());
        if (!scan.isObject()) {
            attempt.fail(Fault.noJson(head.getString(0, Math.min(head.length(), TAIL_BYTES))));
            return;
        }
        piped = true;
        attempt.begins();
        namedModel = scan.modelFrom() >= 0;
        if (namedModel) {
            pass(ModelMember.named(turn.shownModel()).in(head, scan.modelFrom(), scan.modelTo()));
        } else {
            var tail = Math.max(0, head.length() - TAIL_BYTES);
            chunks.add(head.getBuffer(tail, head.length()));
            pass(head.getBuffer(0, tail));
        }
        length = chunks.stream().mapToInt(Buffer::length).sum();
    }

    private void passAllButTail() {
        while (!chunks.isEmpty() && length - chunks.getFirst().length() >= TAIL_BYTES) {
            var piece = chunks.removeFirst();
            length -= piece.length();
            pass(piece);
        }
    }

    private void endOfPipe(Buffer rest) {
        var bytes = rest.getBytes();
        usage = Tail.usage(bytes);
        var model = namedModel ? Tail.NOTHING : Tail.model(bytes);
        pass(ModelMember.named(turn.shownModel()).in(rest, model.from(), model.to()));
        if (Tail.closesObject(bytes)) {
            attempt.complete(usage);
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
            return chunks.removeFirst();
        }
        var joined = Buffer.buffer(length);
        chunks.forEach(joined::appendBuffer);
        chunks.clear();
        return joined;
    }
}
