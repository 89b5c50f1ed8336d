package dev.forebay.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** The last lines that a process wrote, each cut at a length. Thread-safe. */
public final class LogRing {
    private final int linesMax;
    private final int lineBytesMax;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private Consumer<String> follower = _ -> {};

    public LogRing(int linesMax, int lineBytesMax) {
        this.linesMax = linesMax;
        this.lineBytesMax = lineBytesMax;
    }

    public synchronized void add(String line) {
        if (lines.size() == linesMax) {
            lines.poll();
        }
        lines.add(line);
        follower.accept(line);
    }

    /**
     * Hands over the lines that are kept and then each as it comes, on the thread that takes in the log. There is one
     * follower; it must be quick.
     */
    public synchronized void follow(Consumer<String> next) {
        lines.forEach(next);
        follower = next;
    }

    /** The last {@code count} lines, oldest first. */
    public synchronized List<String> last(int count) {
        return lines.stream().skip(Math.max(0, lines.size() - count)).toList();
    }

    /** Takes in a stream until it ends; blocks. */
    void drain(InputStream in) {
        var line = new byte[lineBytesMax];
        var length = 0;
        try (in) {
            var chunk = new byte[8192];
            for (var read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                for (var i = 0; i < read; i++) {
                    if (chunk[i] == '\n') {
                        add(new String(line, 0, length, StandardCharsets.UTF_8).stripTrailing());
                        length = 0;
                    } else if (length < lineBytesMax) {
                        line[length++] = chunk[i];
                    }
                }
            }
        } catch (IOException e) {
            add("[the log ended: " + e.getMessage() + "]");
        }
        if (length > 0) {
            add(new String(line, 0, length, StandardCharsets.UTF_8));
        }
    }
}
