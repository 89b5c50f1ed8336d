package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that go away at every stage of their requests, in both lanes, streamed and not, by reset and by close: {@code mvn
 * -Pslow test -Dtest=CancellationsSlow -Droute.cancellations=20000}. Each batch leaves no slot, no place in the queue and no
 * connection behind.
 */
class CancellationsSlow {
    private static final int CANCELLATIONS = Integer.getInteger("route.cancellations", 2_000);
    private static final int BATCH = 50;

    /** Requests that hold all slots of the first nodepool while others wait for one. */
    private static final int HOLDERS = 4;

    private static final int OTHER_FILES = 20;

    private enum Stage {
        QUEUED,
        BEFORE_THE_HEAD,
        IN_THE_ANSWER,
        /** As soon as it is sent, while the engine answers without a pause. */
        AT_ONCE
    }

    @TempDir
    Path folder;

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final FakeUpstream engine = FakeUpstream.start();
    private final Map<Stage, Integer> cancelled = new EnumMap<>(Stage.class);

    @Test
    void leaveNothingBehind() throws Exception {
        try (engine;
                var gateway = ForebayProcess.up(folder, yaml(), Map.of("FOREBAY_LOG_LEVEL", "warn"))) {
            var port = gateway.awaitReady().getPort();
            var key = ForebayProcess.key(folder);
            var holders = hold(gateway, key);
            var files = gateway.openFiles();
            for (var batch = 0; batch * BATCH < CANCELLATIONS; batch++) {
                cancel(gateway, port, key, Stage.values()[batch % Stage.values().length]);
            }
            System.out.println(CANCELLATIONS + " requests or more cancelled, by stage: " + cancelled);

            mayEnd.countDown();
            for (var holder : holders) {
                assertEquals("[DONE]", holder.events().getLast());
                holder.close();
            }
            awaitMetric(gateway, 0, "forebay_nodepool_inflight");
            RunningGateway.await(() -> engine.open() == 0, () -> engine.open() + " connections stay open");
            for (var name : List.of("sse_clients", "sse_pending_bytes", "body_memory_bytes", "run_memory_bytes")) {
                awaitMetric(gateway, 0, "forebay_" + name);
            }
            RunningGateway.await(
                    () -> gateway.openFiles() <= files + OTHER_FILES,
                    () -> gateway.openFiles() + " files are open, and were " + files);
            engine.otherwise(Answers.json(Answers.completion("fine")));
            assertEquals(200, gateway.chat(key, RunningGateway.hello("waiting")).statusCode());
            gateway.terminate();
            assertEquals(0, gateway.awaitExit(), gateway::errors);
            assertTrue(!gateway.errors().contains("\"level\":\"error\""), gateway::errors);
        }
    }

    /** Takes all slots of the first nodepool. */
    private List<OpenStream> hold(ForebayProcess gateway, String key) throws Exception {
        engine.otherwise(peer -> peer.streamHead()
                .event(Answers.text("mine"))
                .stall(mayEnd)
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks());
        var holders = new ArrayList<OpenStream>();
        for (var i = 0; i < HOLDERS; i++) {
            var holder = gateway.stream(key, RunningGateway.streamed("waiting"));
            assertEquals("mine", holder.text());
            holders.add(holder);
        }
        return holders;
    }

    private void cancel(ForebayProcess gateway, int port, String key, Stage stage) throws Exception {
        engine.forgetRequests();
        engine.thinking(request -> play(stage, request.text().contains("\"stream\":true")));
        var clients = new ArrayList<RawClient>();
        for (var i = 0; i < BATCH; i++) {
            var model = stage == Stage.QUEUED
                    ? i % 2 == 0 ? "waiting" : "waiting-agent"
                    : i % 2 == 0 ? "served" : "served-agent";
            var client = new RawClient(port)
                    .post("/v1/chat/completions", key, RunningGateway.hello(model, "\"stream\":" + isStream(i)));
            clients.add(client);
            if (stage == Stage.AT_ONCE) {
                leave(client, i);
            }
        }
        switch (stage) {
            case QUEUED -> awaitMetric(gateway, BATCH, "forebay_nodepool_queue_depth");
            case BEFORE_THE_HEAD -> awaitAsked();
            case IN_THE_ANSWER -> {
                awaitAsked();
                for (var i = 0; i < BATCH; i++) {
                    while (isStream(i) && !clients.get(i).line().contains("some")) {
                        continue;
                    }
                }
            }
            case AT_ONCE -> {}
        }
        for (var i = 0; i < BATCH && stage != Stage.AT_ONCE; i++) {
            leave(clients.get(i), i);
        }
        cancelled.merge(stage, BATCH, Integer::sum);
        awaitMetric(gateway, 0, "forebay_nodepool_queue_depth");
        awaitMetric(gateway, HOLDERS, "forebay_nodepool_inflight");
        if (stage != Stage.AT_ONCE) {
            RunningGateway.await(
                    () -> engine.open() == HOLDERS, () -> engine.open() - HOLDERS + " connections stay after " + stage);
        }
    }

    private static boolean isStream(int i) {
        return i / 2 % 2 == 0;
    }

    private static void leave(RawClient client, int i) throws Exception {
        if (i / 4 % 2 == 0) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static FakeUpstream.Script play(Stage stage, boolean stream) {
        return switch (stage) {
            case QUEUED -> Answers.refusal(500, "{\"error\":{\"message\":\"it was not to be asked\"}}");
            case BEFORE_THE_HEAD -> Answers.silence();
            case IN_THE_ANSWER -> stream ? CancellationsSlow::begin : CancellationsSlow::beginWhole;
            case AT_ONCE -> stream ? Answers.streamingHello() : Answers.json(Answers.completion("hello"));
        };
    }

    private static void begin(Peer peer) throws Exception {
        peer.streamHead().event(Answers.text("some")).stall();
    }

    private static void beginWhole(Peer peer) throws Exception {
        peer.head(200, "content-type: application/json", "content-length: 100000")
                .raw("{\"id\":\"c1\",")
                .stall();
    }

    private void awaitAsked() {
        RunningGateway.await(
                () -> engine.requests().size() == BATCH,
                () -> engine.requests().size() + " requests came to the engine");
    }

    private static void awaitMetric(ForebayProcess gateway, double value, String name) {
        var last = new double[1];
        RunningGateway.await(
                () -> {
                    last[0] = gateway.metric(name);
                    return last[0] == value;
                },
                () -> name + " is " + last[0] + ", not " + value);
    }

    private String yaml() {
        var url = "http://127.0.0.1:" + engine.port();
        return """
                data: data
                server: {warm_up_millis: 0}
                upstream: {keep_alive_seconds: 1}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: full, base_url: "%1$s/full/v1", slots: %2$d}
                  - {id: free, base_url: "%1$s/free/v1", slots: %3$d}
                models:
                  - {id: waiting, nodepools: [full]}
                  - {id: waiting-agent, nodepools: [full], agentic: true}
                  - {id: served, nodepools: [free]}
                  - {id: served-agent, nodepools: [free], agentic: true}
                """.formatted(url, HOLDERS, BATCH);
    }
}
