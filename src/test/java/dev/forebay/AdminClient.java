package dev.forebay;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.function.Predicate;

/** Speaks the control API of a gateway of this JVM with its admin key. */
final class AdminClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final RunningGateway gateway;
    private final String key;

    AdminClient(RunningGateway gateway) throws IOException {
        this.gateway = gateway;
        this.key = Files.readString(gateway.data.resolve("admin.key")).strip();
    }

    String key() {
        return key;
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    JsonNode json(String path) {
        return parsed(get(path));
    }

    JsonNode done(String path, String body) {
        return parsed(post(path, body));
    }

    /** Waits until what is at the path is so, and returns it. */
    JsonNode await(String path, Predicate<JsonNode> fact) {
        var last = new JsonNode[1];
        RunningGateway.await(
                () -> {
                    last[0] = json(path);
                    return fact.test(last[0]);
                },
                () -> path + " stays " + last[0]);
        return last[0];
    }

    OpenStream events() throws Exception {
        var request = request("/events").GET().build();
        return new OpenStream(HTTP.<InputStream>send(request, HttpResponse.BodyHandlers.ofInputStream()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/api/v1" + path))
                .header("authorization", "Bearer " + key)
                .timeout(RunningGateway.PATIENCE);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode parsed(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        try {
            return RunningGateway.json(answer);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
