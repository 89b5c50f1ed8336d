package dev.forebay;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An answer that is read while it comes; closing it early is what a client does that goes away. */
final class OpenStream implements AutoCloseable {
    private final HttpResponse<InputStream> answer;
    private final BufferedReader lines;

    OpenStream(HttpResponse<InputStream> answer) {
        this.answer = answer;
        this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    int status() {
        return answer.statusCode();
    }

    String header(String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** The next line that is not empty, comments too. */
    String line() throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isEmpty()) {
                return line;
            }
        }
        throw new AssertionError("the stream has ended");
    }

    /** The data of the next event. */
    String event() throws IOException {
        for (var line = line(); ; line = line()) {
            if (line.startsWith("data: ")) {
                return line.substring("data: ".length());
            }
        }
    }

    /** The next event with text for the user, as that text. */
    String text() throws IOException {
        while (true) {
            var text = RunningGateway.JSON
                    .readTree(event())
                    .at("/choices/0/delta/content")
                    .asText("");
            if (!text.isEmpty()) {
                return text;
            }
        }
    }

    /** The data of all events up to the end of the answer. */
    List<String> events() throws IOException {
        var events = new ArrayList<String>();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data: ")) {
                events.add(line.substring("data: ".length()));
            }
        }
        return events;
    }

    /** All chunks up to the end of the answer, which must be a complete one. */
    List<JsonNode> chunks() throws IOException {
        var events = events();
        if (events.isEmpty() || !events.getLast().equals("[DONE]")) {
            throw new AssertionError("the stream is not complete: " + events);
        }
        var chunks = new ArrayList<JsonNode>();
        for (var event : events.subList(0, events.size() - 1)) {
            chunks.add(RunningGateway.JSON.readTree(event));
        }
        return chunks;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
