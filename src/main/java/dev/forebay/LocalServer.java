package dev.forebay;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Whatever listens at a port of this machine, asked for pages that hold JSON. Nothing is sent but GET.
 *
 * @param root with nothing behind the port
 */
record LocalServer(HttpClient client, URI root) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long ANSWER_BYTES_MAX = 4 << 20;

    /** @param json missing where the body is no JSON */
    record Answer(int status, JsonNode json) {}

    /** One that goes straight there, whatever proxy the environment names. */
    static HttpClient directly() {
        return HttpClient.newBuilder()
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    int port() {
        return root.getPort();
    }

    /** Empty if nothing there speaks HTTP, or answers in time. */
    Optional<Answer> get(String path) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(root.resolve(path)).timeout(PATIENCE).build();
        try {
            var answer = client.send(
                    request,
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
            return Optional.of(new Answer(answer.statusCode(), json(answer.body())));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What it answers with status 200; missing if it does not. */
    JsonNode page(String path) throws InterruptedException {
        return get(path)
                .filter(answer -> answer.status() == 200)
                .map(Answer::json)
                .orElse(MissingNode.getInstance());
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        }
    }
}
