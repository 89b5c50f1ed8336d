package dev.forebay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a steady rate, whether or not the ones before have been answered: over all models in turn, half of them for
 * whole answers, three eighths for short streams, one eighth for long ones. Tells how each ended.
 */
final class RoutingTraffic {
    enum End {
        /** Whole, and with the words of its own prompt. */
        SERVED,
        /** A stream that had brought some text and then ended with an error event. */
        BROKEN,
        /** Anything else. */
        LOST
    }

    /**
     * A request that is over.
     *
     * @param from when it was sent, as {@link System#nanoTime} says
     * @param to when it was over
     * @param replica that the answer names, empty if none
     * @param said what came instead of an answer
     */
    record Ended(int number, String model, boolean stream, long from, long to, String replica, End end, String said) {}

    private static final Duration ANSWER_MAX = Duration.ofMinutes(3);
    private static final int UNDER_WAY_MAX = 2000;
    private static final int SHORT_WORDS = 10;
    private static final int LONG_WORDS = 100;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Semaphore places = new Semaphore(UNDER_WAY_MAX);
    private final AtomicInteger sent = new AtomicInteger();
    private final URI completions;
    private final String key;
    private final List<String> models;
    private final Thread sender;
    private volatile boolean over;

    private RoutingTraffic(URI gateway, String key, List<String> models, int perSecond) {
        this.completions = gateway.resolve("/v1/completions");
        this.key = key;
        this.models = models;
        this.sender = Thread.ofPlatform().start(() -> send(perSecond));
    }

    static RoutingTraffic start(URI gateway, String key, List<String> models, int perSecond) {
        return new RoutingTraffic(gateway, key, models, perSecond);
    }

    /** Requests so far. */
    int sent() {
        return sent.get();
    }

    /** Sends no more, and waits for those that are under way. */
    List<Ended> stop() throws InterruptedException {
        over = true;
        sender.join();
        if (!places.tryAcquire(UNDER_WAY_MAX, ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError((UNDER_WAY_MAX - places.availablePermits()) + " requests never end");
        }
        return List.copyOf(ended);
    }

    private void send(int perSecond) {
        var period = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (var due = System.nanoTime(); !over; due += period) {
            for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            places.acquireUninterruptibly();
            var number = sent.getAndIncrement();
            Thread.ofVirtual().start(() -> {
                ended.add(ask(number));
                places.release();
            });
        }
    }

    private Ended ask(int number) {
        var model = models.get(number % models.size());
        var kind = number / models.size() % 8;
        var stream = kind >= 4;
        var prompt = "n" + number + " ";
        var body =
                "{\"model\":\"%s\",\"stream\":%b,\"echo\":true,\"max_tokens\":%d,\"temperature\":0,\"prompt\":\"%s\"}"
                        .formatted(model, stream, kind == 7 ? LONG_WORDS : SHORT_WORDS, prompt);
        var request = HttpRequest.newBuilder(completions)
                .header("authorization", "Bearer " + key)
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var from = System.nanoTime();
        var replica = "";
        var answer = new Answer(prompt);
        try {
            var head = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            replica = head.headers().firstValue("x-forebay-replica").orElse("");
            answer.read(head, stream);
        } catch (IOException | InterruptedException e) {
            answer.said = e.toString();
        }
        return new Ended(number, model, stream, from, System.nanoTime(), replica, answer.end(), answer.said);
    }

    private static final class Answer {
        private final String prompt;
        private final StringBuilder text = new StringBuilder();
        private String said = "nothing";
        private boolean complete;
        private boolean toldOfError;

        Answer(String prompt) {
            this.prompt = prompt;
        }

        void read(HttpResponse<InputStream> head, boolean stream) throws IOException {
            try (var lines = new BufferedReader(new InputStreamReader(head.body(), StandardCharsets.UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (head.statusCode() != 200) {
                        said = head.statusCode() + " " + line;
                    } else if (!stream) {
                        complete = true;
                        take(line);
                    } else if (line.startsWith("data: ")) {
                        event(line.substring("data: ".length()));
                    }
                }
            }
        }

        private void event(String data) throws IOException {
            if (complete || toldOfError) {
                throw new IOException("something follows the end: " + data);
            }
            if (data.equals("[DONE]")) {
                complete = true;
            } else {
                take(data);
            }
        }

        private void take(String json) throws IOException {
            var node = RunningGateway.JSON.readTree(json);
            toldOfError = node.has("error");
            said = json;
            text.append(node.at("/choices/0/text").asText(""));
        }

        End end() {
            if (complete && !toldOfError && text.indexOf(prompt) == 0) {
                said = "";
                return End.SERVED;
            }
            return toldOfError && !complete && !text.isEmpty() ? End.BROKEN : End.LOST;
        }
    }
}
