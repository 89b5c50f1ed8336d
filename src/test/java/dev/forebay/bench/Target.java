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

    /** Where a request says what {@link MockModel} is to do: in its words, since some gateways keep other members to themselves. */
    static final String WISH = "bench=";

    static final char WISH_END = ';';

    private static final String SYSTEM = "You are a helpful assistant who answers briefly. ".repeat(6);
    private static final String QUESTION = "What should one know about rivers? ".repeat(10);

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

    boolean isAlive() {
        return process == null || process.isAlive();
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
        return body(model, "", "");
    }

    /** @param wish what {@link MockModel} is to do, as in {@code 200x20}: chunks and milliseconds between them */
    static Buffer whole(String model, String wish) {
        return body(model, "", WISH + wish + WISH_END);
    }

    static Buffer stream(String model, String wish) {
        return body(model, "\"stream\":true,", WISH + wish + WISH_END);
    }

    private static Buffer body(String model, String members, String wish) {
        return Buffer.buffer("{\"model\":\"" + model + "\"," + members
                + "\"messages\":[{\"role\":\"system\",\"content\":\"" + SYSTEM
                + "\"},{\"role\":\"user\",\"content\":\"" + wish + QUESTION
                + "\"}],\"temperature\":0.7,\"max_tokens\":256,\"user\":\"bench\"}");
    }
}
