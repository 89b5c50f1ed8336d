package dev.forebay.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * Something that answers chat requests at a port of this machine.
 *
 * @param key an API key if it asks for one, else empty
 * @param process whose time is measured; null for the model server itself, which has nobody in between
 */
record Target(String name, int port, String key, @Nullable Subject process) {
    static final String PLAIN = "bench";
    static final String AGENT = "agent";
    static final String TOOLS = "tools";

    private static final String TALK = "\"messages\":[{\"role\":\"system\",\"content\":\""
            + "You are a helpful assistant who answers briefly. ".repeat(6)
            + "\"},{\"role\":\"user\",\"content\":\"" + "What should one know about rivers? ".repeat(10)
            + "\"}],\"temperature\":0.7,\"max_tokens\":256,\"user\":\"bench\"";

    RequestOptions chat() {
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/chat/completions")
                .putHeader("content-type", "application/json")
                .putHeader("user-agent", "OpenAI/Python 2.8.0")
                .putHeader("accept", "application/json");
        return key.isEmpty() ? options : options.putHeader("authorization", "Bearer " + key);
    }

    static Buffer whole(String model) {
        return Buffer.buffer("{\"model\":\"" + model + "\"," + TALK + "}");
    }

    /** @param shape chunks and milliseconds between them, as in {@code 200x20} */
    static Buffer stream(String model, String shape) {
        return Buffer.buffer("{\"model\":\"" + model + "\",\"stream\":true,\"metadata\":{\"bench\":\"" + shape + "\"},"
                + TALK + "}");
    }
}
