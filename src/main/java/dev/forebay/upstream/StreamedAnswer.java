package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import dev.forebay.sse.BufferFeed;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer. Data events that belong to it are handed over as they come; comments, names of events and events
 * that are no part of a completion stay behind, since clients stumble over them. It is complete with {@code [DONE]}, or
 * when it ends after each choice's {@code finish_reason}.
 */
final class StreamedAnswer implements Answer {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    /** How long an engine that has told why it finished may take for the usage and the end of the stream. */
    private static final int AFTER_FINISH_SECONDS = 30;

    private final Attempt attempt;
    private final Runnable passes;
    private final Receiver receiver;
    private final Timeouts timeouts;
    private final EventScanner scanner;
    private final EventScanner.Handler events = this::event;
    private final StreamFacts facts;
    private boolean done;
    private boolean begun;
    // Since the last flush: whether anything was handed over, and how many bytes as they came.
    private boolean unflushed;
    private int untouchedBytes;

    /**
     * @param passes told of each event of the answer
     * @param choices that the stream is to bring, each with its own finish
     */
    StreamedAnswer(
            Attempt attempt, Runnable passes, Receiver receiver, int choices, Timeouts timeouts, int eventBytesMax) {
        this.facts = new StreamFacts(choices);
        this.attempt = attempt;
        this.passes = passes;
        this.receiver = receiver;
        this.timeouts = timeouts;
        this.scanner = new EventScanner(eventBytesMax);
    }

    @Override
    public void chunk(Buffer chunk) {
        var atEventStart = scanner.heldBytes() == 0;
        try {
            BufferFeed.feed(scanner, chunk, events);
        } catch (EventScanner.EventTooLarge e) {
            fail(Fault.broken("the model server's answer: " + e.getMessage(), e));
        }
        if (attempt.isOver()) {
            return;
        }
        flush(atEventStart && untouchedBytes == chunk.length() ? chunk : null);
        if (done) {
            attempt.complete(facts.usage());
        } else if (begun) {
            attempt.due(
                    facts.isFinished()
                            ? Math.min(AFTER_FINISH_SECONDS, timeouts.idleSeconds())
                            : timeouts.idleSeconds());
        }
    }

    @Override
    public void ended() {
        scanner.end(last -> {
            // What a cut left of an event must not look like one.
            if (last.dataIs(DONE) || StreamFacts.parse(last.data()).isObject()) {
                event(last);
            }
        });
        if (!attempt.isOver()) {
            broken(null);
        }
    }

    @Override
    public void broken(@Nullable Throwable cause) {
        flush(null);
        if (done || facts.isFinished()) {
            attempt.complete(facts.usage());
        } else {
            attempt.fail(Fault.cut(cause));
        }
    }

    @Override
    public void late() {
        if (facts.isFinished()) {
            attempt.complete(facts.usage());
        } else {
            attempt.fail(Fault.silent(
                    begun
                            ? "the model server fell silent in the middle of its answer"
                            : "the model server sent nothing in time"));
        }
    }

    @Override
    public Usage usage() {
        return facts.usage();
    }

    private void event(Frame frame) {
        // An event without data, or with an empty line of it, is none (HTML Standard, "Server-sent events").
        if (done || attempt.isOver() || !frame.hasData() || frame.dataIs(NOTHING)) {
            return;
        }
        if (frame.dataIs(DONE)) {
            done = true;
            return;
        }
        switch (facts.inspect(frame)) {
            case ANSWER -> {
                pass(frame, Receiver.Kind.ANSWER);
                passes.run();
            }
            case USAGE -> pass(frame, Receiver.Kind.USAGE);
            case FOREIGN -> {}
            case ERROR -> fail(Fault.inBody(frame.data()));
            case GARBAGE -> fail(Fault.broken("the model server sent an event that is no JSON", null));
        }
    }

    private void pass(Frame frame, Receiver.Kind kind) {
        if (!begun) {
            begun = true;
            attempt.begins();
        }
        unflushed = true;
        if (frame.isPlain()) {
            untouchedBytes += frame.to() - frame.from();
            receiver.event(frame, kind);
        } else {
            receiver.event(Frame.ofData(frame.data()), kind);
        }
    }

    private void fail(Fault fault) {
        flush(null);
        attempt.fail(fault);
    }

    private void flush(@Nullable Buffer asItCame) {
        if (unflushed) {
            unflushed = false;
            untouchedBytes = 0;
            receiver.flush(asItCame);
        }
    }
}
