package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** Talks to a demo server over its socket, as any client does. */
final class DemoClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    DemoClient(int port) {
        this.port = port;
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("content-type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** The JSON of an answer with status 200. */
    JsonNode post(String path, String body) throws IOException, InterruptedException {
        var answer = send("POST", path, body);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    JsonNode chat(String body) throws IOException, InterruptedException {
        return post("/v1/chat/completions", body);
    }

    /** The chunks of a stream that ends as it must. */
    List<JsonNode> stream(String path, String body) throws IOException, InterruptedException {
        var answer = send("POST", path, body);
        var lines = answer.body().lines().filter(line -> !line.isEmpty()).toList();
        if (!lines.getLast().equals("data: [DONE]")) {
            throw new AssertionError("the stream ends with " + lines.getLast());
        }
        var chunks = new ArrayList<JsonNode>();
        for (var line : lines.subList(0, lines.size() - 1)) {
            chunks.add(JSON.readTree(line.substring("data: ".length())));
        }
        return chunks;
    }

    @Override
    public void close() {
        http.close();
    }
}
