package dev.forebay.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that answers chat requests at a port of this machine.
 *
 * @param headers that it asks for beside the usual ones, such as a key
 * @param saturable how it reaches a model server that costs next to nothing, for the rows of a saturated core
 * @param process whose time is measured; null for the model server itself, which has nobody in between
 */
record Target(
        String name,
        int port,
        Map<String, String> headers,
        Saturable saturable,
        @Nullable Subject process) {
    static final String DIRECT = "direct";
    static final String NGINX = "nginx";
    static final String FOREBAY = "forebay";
    static final String FOREBAY_IO_URING = "forebay io_uring";

    static final String PLAIN = "bench";
    static final String AGENT = "agent";
    static final String TOOLS = "tools";
    static final String PATH = "/v1/chat/completions";

    private static final String TALK = "\"messages\":[{\"role\":\"system\",\"content\":\""
            + "You are a helpful assistant who answers briefly. ".repeat(6)
            + "\"},{\"role\":\"user\",\"content\":\"" + "What should one know about rivers? ".repeat(10)
            + "\"}],\"temperature\":0.7,\"max_tokens\":256,\"user\":\"bench\"";

    record Saturable(String path, String model) {
        /** The same model server as everywhere; for what is slower than that one. */
        static final Saturable AS_EVER = new Saturable(PATH, PLAIN);
    }

    boolean isForebay() {
        return name.startsWith(FOREBAY);
    }

    boolean isPeer() {
        return process != null && !isForebay() && !name.equals(NGINX);
    }

    /** 0 where nothing is in between. */
    long cpuNanos() {
        return process == null ? 0 : process.cpuNanos();
    }

    RequestOptions chat() {
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(PATH)
                .putHeader("content-type", "application/json")
                .putHeader("user-agent", "OpenAI/Python 2.8.0")
                .putHeader("accept", "application/json");
        headers.forEach(options::putHeader);
        return options;
    }

    static Buffer whole(String model) {
        return Buffer.buffer("{\"model\":\"" + model + "\"," + TALK + "}");
    }

    /** @param shape what {@link MockModel} is to do, as in {@code 200x20}: chunks and milliseconds between them */
    static Buffer whole(String model, String shape) {
        return Buffer.buffer("{\"model\":\"" + model + "\",\"metadata\":{\"bench\":\"" + shape + "\"}," + TALK + "}");
    }

    static Buffer stream(String model, String shape) {
        return Buffer.buffer("{\"model\":\"" + model + "\",\"stream\":true,\"metadata\":{\"bench\":\"" + shape + "\"},"
                + TALK + "}");
    }
}
