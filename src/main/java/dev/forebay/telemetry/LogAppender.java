package dev.forebay.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes log lines to standard error, from a bounded queue and on a thread of its own: whoever logs is never held up, be
 * it by a terminal that is slow or by a pipe that nobody reads. Lines that find the queue full are counted and given up.
 * Standard error, because standard output belongs to what a command prints.
 */
public final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int LINES_MAX = 8192;
    private static final int BATCH_CHARS = 32 * 1024;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ArrayBlockingQueue<ILoggingEvent> queue;
    private final OutputStream out;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private LogLine line = new JsonLine();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean ending;
    private @Nullable Thread writer;

    public LogAppender() {
        this(new FileOutputStream(FileDescriptor.err), LINES_MAX);
    }

    LogAppender(OutputStream out, int linesMax) {
        this.out = out;
        this.queue = new ArrayBlockingQueue<>(linesMax);
    }

    /** @param format {@code json} or {@code text} */
    public void setFormat(String format) {
        switch (format) {
            case "json" -> line = new JsonLine();
            case "text" -> line = new TextLine();
            default -> addError("FOREBAY_LOG: need json or text, got " + format);
        }
    }

    @Override
    public void start() {
        writer = Thread.ofPlatform().daemon().name("forebay-log").start(this::write);
        Runtime.getRuntime().addShutdownHook(new Thread(this::flush, "forebay-log-flush"));
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        flush();
        ending = true;
        LockSupport.unpark(writer);
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        accepted.increment();
        if (!queue.offer(event)) {
            accepted.decrement();
            dropped.increment();
        }
    }

    long dropped() {
        return dropped.sum();
    }

    /** Waits, for a second at most, until everything logged so far is written. */
    void flush() {
        var due = accepted.sum();
        var begun = System.nanoTime();
        while (written.get() < due && System.nanoTime() - begun < PATIENCE_NANOS) {
            LockSupport.unpark(writer);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /**
     * Looks into the queue from time to time instead of being woken: to wake a thread costs an event loop more than to
     * log, and what has gathered meanwhile goes out in one write.
     */
    private void write() {
        var text = new StringBuilder();
        while (!ending) {
            var lines = 0;
            for (var next = queue.poll(); next != null; next = text.length() < BATCH_CHARS ? queue.poll() : null) {
                line.render(next, text);
                lines++;
            }
            if (lines == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            put(text);
            written.addAndGet(lines);
            text.setLength(0);
        }
    }

    private void put(StringBuilder text) {
        try {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            addError("the log cannot be written", e);
        }
    }
}
