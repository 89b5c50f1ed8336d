package dev.forebay.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Speaks the control API of one gateway. Whatever goes wrong is a {@link Failure}. */
final class Client implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Address address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    Client(Address address) {
        this.address = address;
    }

    /** @param path below {@code /api/v1} */
    JsonNode get(String path) {
        return json(send(request(path).timeout(ANSWER).GET().build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    JsonNode post(String path, String body) {
        var request = request(path)
                .timeout(ANSWER)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return json(send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    /** A body that comes as long as it is read. */
    InputStream stream(String path) throws IOException {
        var answer = send(request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), answer.body().readAllBytes());
        }
        return answer.body();
    }

    static JsonNode parsed(byte[] bytes) throws IOException {
        return JSON.readTree(bytes);
    }

    static String pretty(JsonNode json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address.url() + "/api/v1" + path))
                .header("authorization", "Bearer " + address.key());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw Failure.of("no gateway answers at " + address.url()
                    + "; start one with forebay up, or name another with --url");
        } catch (HttpTimeoutException e) {
            throw Failure.of("the gateway at " + address.url() + " did not answer within " + ANSWER.toSeconds() + " s");
        } catch (IOException e) {
            throw Failure.of("the connection to " + address.url() + " broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of("interrupted");
        }
    }

    private JsonNode json(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw noGateway();
        }
    }

    private Failure refused(int status, byte[] body) {
        var message = message(body);
        return switch (status) {
            case 401, 403 -> Failure.of(message + " (the key is from " + address.keyFrom() + ")");
            case 400 -> Failure.ofUsage(message);
            default -> Failure.of(message);
        };
    }

    private String message(byte[] body) {
        try {
            var message = JSON.readTree(body).path("error").path("message");
            if (message.isTextual()) {
                return message.asText();
            }
        } catch (IOException e) {
            throw noGateway();
        }
        throw noGateway();
    }

    private Failure noGateway() {
        return Failure.of("what answers at " + address.url() + " is no Forebay gateway");
    }
}
