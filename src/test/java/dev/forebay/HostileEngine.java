package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.sse.EventScanner;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A gateway in front of an engine that misbehaves. Requests reach it in the four {@link Way ways} that there are, and of
 * each all is told that can be seen of it: by the client, by the engine, in the log. At the end nothing may be left.
 */
final class HostileEngine implements AutoCloseable {
    /** Lane and form of a request. In the agent lane the engine is always asked for a stream. */
    enum Way {
        RELAYED_STREAM("relayed", true),
        RELAYED_WHOLE("relayed", false),
        AGENT_STREAM("agentic", true),
        AGENT_WHOLE("agentic", false);

        final String model;
        final boolean stream;

        Way(String model, boolean stream) {
            this.model = model;
            this.stream = stream;
        }
    }

    /** What the engine does with one request; the latch opens when the client has all text that the row lets it have. */
    @FunctionalInterface
    interface Play {
        void play(Peer peer, CountDownLatch clientHasIt) throws Exception;
    }

    /**
     * How a request ended.
     *
     * @param status of the answer's head
     * @param text of all choices as it came; its length and hash if it is long
     * @param code of the error in OpenAI's shape, {@code cut} if the answer just stopped, or empty if it is complete
     * @param word that the log says of it, or empty
     * @param tries requests that the engine got for it
     * @param tokens in and out as the log tells them
     */
    record End(int status, String text, String code, String word, int tries, String tokens) {
        static End complete(String text) {
            return new End(200, brief(text), "", "", 1, "3/2");
        }

        /** Nothing of an answer, but a status and an error. */
        static End refused(int status, String code, String word) {
            return new End(status, "", code, word, 1, "0/0");
        }

        /** Some text, then an error; where nothing has been shown yet, a status and an error. */
        static End brokenOff(String text, String code, String word) {
            return new End(502, text, code, word, 1, "0/0");
        }

        End withTries(int number) {
            return new End(status, text, code, word, number, tokens);
        }

        End withTokens(String inAndOut) {
            return new End(status, text, code, word, tries, inAndOut);
        }

        /** A stream that has begun tells of its failure by an event, a whole answer by its status and nothing else. */
        End by(Way way) {
            if (code.isEmpty() || text.isEmpty()) {
                return this;
            }
            return way.stream
                    ? new End(200, text, code, word, tries, tokens)
                    : new End(status, "", code, word, tries, tokens);
        }
    }

    /** An answer that is under way. */
    final class Asked {
        private final HttpResponse<InputStream> answer;
        private final StringBuilder text = new StringBuilder();
        private String code = "cut";
        private End end = End.complete("");

        private Asked(HttpResponse<InputStream> answer) {
            this.answer = answer;
        }

        /** Reads to the end. */
        private void read(String awaited, CountDownLatch clientHasIt) throws IOException {
            if (header("content-type").startsWith("text/event-stream")) {
                readEvents(awaited, clientHasIt);
            } else {
                readWhole();
            }
        }

        private void readEvents(String awaited, CountDownLatch clientHasIt) throws IOException {
            var scanner = new EventScanner(64 << 20);
            var bytes = new byte[64 * 1024];
            try (var body = answer.body()) {
                for (var count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                    scanner.feed(bytes, 0, count, frame -> event(frame.text()));
                    if (text.length() == awaited.length()) {
                        clientHasIt.countDown();
                    }
                }
            }
        }

        private void event(String data) {
            assertTrue(code.equals("cut"), () -> "something follows the end: " + brief(data));
            if (data.isEmpty()) {
                return; // a heartbeat
            }
            if (data.equals("[DONE]")) {
                code = "";
                return;
            }
            var json = json(data);
            code = json.has("error") ? json.at("/error/code").asText("none") : code;
            assertTrue(json.has("error") || json.path("choices").isArray(), () -> brief(data));
            json.path("choices")
                    .forEach(choice -> text.append(choice.at("/delta/content").asText("")));
        }

        private void readWhole() throws IOException {
            String body;
            try (var in = answer.body()) {
                body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException _) {
                return; // cut
            }
            var json = json(body);
            assertTrue(json.isObject(), () -> brief(body));
            if (answer.statusCode() == 200) {
                code = "";
                json.path("choices")
                        .forEach(choice ->
                                text.append(choice.at("/message/content").asText("")));
                return;
            }
            assertTrue(json.at("/error/message").isTextual(), body);
            code = json.at("/error/code").asText("none");
        }

        End end() {
            return end;
        }

        String header(String name) {
            return answer.headers().firstValue(name).orElse("");
        }

        private JsonNode json(String body) {
            try {
                return RunningGateway.JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(brief(body), e);
            }
        }
    }

    private static final Pattern SUMMARY =
            Pattern.compile("status=(\\d+), error=(\\w+).*attempts=(\\d+).*Usage\\[prompt=(\\d+), completion=(\\d+)");
    private static final int BODY_BYTES_MAX = 100_000;
    private static final int BRIEF_CHARS = 80;

    final FakeUpstream engine = FakeUpstream.start();
    final RunningGateway gateway;
    private final AtomicLong ahead = new AtomicLong();
    private final Map<String, Integer> turns = new ConcurrentHashMap<>();
    private final CapturedLog log = new CapturedLog();

    /** @param replicas of which all are the one engine */
    HostileEngine(Path folder, int replicas) throws Exception {
        var urls = new StringBuilder();
        for (var i = 0; i < replicas; i++) {
            urls.append(i == 0 ? "" : ", ").append("\"http://127.0.0.1:%d/%d/v1\"".formatted(engine.port(), i));
        }
        // Idle clients must not be cut off when the engine's time is made to pass.
        var yaml = """
                server: {port: 0, warm_up_millis: 0, idle_seconds: 1000000000}
                upstream: {keep_alive_seconds: 1}
                limits: {body_bytes_max: %d, body_memory_bytes_max: %d}
                nodepools:
                  - id: pool
                    base_url: [%s]
                    model: theirs
                    max_concurrency: 0
                    failover: {consecutive_errors: 1000000, connect_errors: 1000000, retry_after_seconds_max: 0}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true}
                """;
        gateway = RunningGateway.start(
                folder,
                yaml.formatted(BODY_BYTES_MAX, BODY_BYTES_MAX, urls),
                real -> new Surroundings(
                        real.environment(),
                        real.home(),
                        real.clock(),
                        () -> real.nanos().getAsLong() + ahead.get(),
                        real.random(),
                        real.self()));
    }

    /** As if so many seconds had passed for whoever waits for the engine. */
    void pass(int seconds) {
        ahead.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Asks, lets the engine do its play, and says how it ended once nothing of it is left. */
    End ask(Way way, Play play, String textToAwait, String... members) throws Exception {
        var before = engine.requests().size();
        var clientHasIt = new CountDownLatch(way.stream && !textToAwait.isEmpty() ? 1 : 0);
        engine.otherwise(peer -> play.play(peer, clientHasIt));
        var asked = new Asked(gateway.ask(body(way, members)).get(20, TimeUnit.SECONDS));
        asked.read(textToAwait, clientHasIt);
        return end(asked, engine.requests().size() - before);
    }

    /** The same, and the answer's headers are of interest too. How often the engine was asked is not looked at. */
    Asked answer(Way way, FakeUpstream.Script script) throws Exception {
        engine.otherwise(script);
        var asked = new Asked(gateway.ask(body(way)).get(20, TimeUnit.SECONDS));
        asked.read("", new CountDownLatch(0));
        asked.end = end(asked, 0);
        return asked;
    }

    static String body(Way way, String... members) {
        return way.stream ? RunningGateway.streamed(way.model, members) : RunningGateway.hello(way.model, members);
    }

    /**
     * Asks while other requests are under way; the engine has the request on return. A stream has also brought this text.
     *
     * @return completed with the end
     */
    CompletableFuture<End> begin(Way way, FakeUpstream.Script script, String textToAwait) {
        engine.then(script);
        var answer = gateway.ask(body(way));
        engine.awaitRequest();
        var clientHasIt = new CountDownLatch(way.stream && !textToAwait.isEmpty() ? 1 : 0);
        var ended = new CompletableFuture<End>();
        Thread.ofVirtual().start(() -> {
            try {
                var asked = new Asked(answer.get(20, TimeUnit.SECONDS));
                asked.read(textToAwait, clientHasIt);
                ended.complete(told(asked, 1));
            } catch (Throwable e) {
                ended.completeExceptionally(e);
                clientHasIt.countDown();
            }
        });
        try {
            assertTrue(clientHasIt.await(20, TimeUnit.SECONDS), "the client never got " + textToAwait);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return ended;
    }

    private End end(Asked asked, int tries) {
        var end = told(asked, tries);
        RunningGateway.await(
                () -> gateway.gateway.fronts().activeRequests() == 0, () -> "a request never ends: " + end);
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        return end;
    }

    /** What client and log tell, which must not contradict each other. */
    private End told(Asked asked, int tries) {
        var line = log.lineOf(asked.header("x-request-id"));
        var summary = SUMMARY.matcher(line);
        assertTrue(summary.find(), line);
        var word = summary.group(2).equals("null") ? "" : summary.group(2);
        assertEquals(asked.answer.statusCode(), Integer.parseInt(summary.group(1)), line);
        assertEquals(asked.code.isEmpty(), word.isEmpty(), () -> "the log contradicts the answer: " + line);
        if (tries > 0) {
            assertEquals(tries, Integer.parseInt(summary.group(3)), line);
        }
        turns.merge(word.isEmpty() ? "ok" : word, 1, Integer::sum);
        return new End(
                asked.answer.statusCode(),
                brief(asked.text.toString()),
                asked.code,
                word,
                tries,
                summary.group(4) + "/" + summary.group(5));
    }

    /** Every slot, connection and byte of memory is free again, and each turn was counted as what it was. */
    void assertNothingIsLeft() throws Exception {
        for (var turn : turns.entrySet()) {
            gateway.awaitMetric(
                    turn.getValue(), "forebay_upstream_requests_total", "outcome=\"" + turn.getKey() + "\"");
        }
        var all = turns.values().stream().mapToInt(Integer::intValue).sum();
        assertEquals(all, gateway.metric("forebay_upstream_requests_total"), turns::toString);
        RunningGateway.await(() -> engine.open() == 0, () -> engine.open() + " connections stay open");
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        gateway.awaitMetric(0, "forebay_nodepool_queue_depth");
        gateway.awaitMetric(0, "forebay_sse_clients");
        gateway.awaitMetric(0, "forebay_sse_pending_bytes");
        // It takes all memory that there is for bodies.
        var body = RunningGateway.hello("no-such-model");
        var full = gateway.chat(body + " ".repeat(BODY_BYTES_MAX - body.length()));
        assertEquals(404, full.statusCode(), full::body);
    }

    static String brief(String text) {
        return text.length() <= BRIEF_CHARS ? text : text.length() + " characters, hash " + text.hashCode();
    }

    @Override
    public void close() {
        gateway.close();
        engine.close();
        log.close();
    }
}
