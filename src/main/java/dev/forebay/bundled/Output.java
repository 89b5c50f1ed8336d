package dev.forebay.bundled;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/**
 * Writes whole messages, one a line, from any thread. A client that does not read holds its calls up here; their number
 * is bounded, so nothing piles up.
 */
final class Output {
    private final OutputStream out;
    private final JsonMapper json;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile boolean isBroken;

    Output(OutputStream out, JsonMapper json) {
        this.out = out;
        this.json = json;
    }

    void write(JsonNode message) {
        var line = line(message);
        oneAtATime.lock();
        try {
            if (!isBroken) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            // The client is gone; its end of our input closes with it, and that ends the session.
            isBroken = true;
            LoggerFactory.getLogger(Output.class)
                    .atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("bundled servers cannot answer: output is closed");
        } finally {
            oneAtATime.unlock();
        }
    }

    private byte[] line(JsonNode message) {
        try {
            var bytes = json.writeValueAsBytes(message);
            var line = Arrays.copyOf(bytes, bytes.length + 1);
            line[bytes.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON text", e);
        }
    }
}
