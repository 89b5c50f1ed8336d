package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Many streams in both lanes, open at a gateway in a process of its own while it is told to end. */
final class ShutdownCrowd implements AutoCloseable {
    /** What the engine reads from a request whose answer it brings to an end once it may; others it leaves open. */
    private static final String ENDS = "\"user\":\"ends\"";

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final FakeUpstream engine =
            FakeUpstream.start().thinking(request -> request.text().contains(ENDS) ? this::ends : ShutdownCrowd::stays);
    private final ForebayProcess gateway;
    private final String key;
    private final List<CompletableFuture<List<String>>> ending = new ArrayList<>();
    private final List<CompletableFuture<List<String>>> staying = new ArrayList<>();

    ShutdownCrowd(Path folder, int drainSeconds) throws Exception {
        gateway = ForebayProcess.up(folder, """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                shutdown: {drain_seconds: %d}
                nodepools:
                  - {id: pool, base_url: "%s", max_concurrency: 0}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true}
                """.formatted(drainSeconds, engine.baseUrl()));
        gateway.awaitReady();
        key = ForebayProcess.key(folder);
    }

    private void ends(Peer peer) throws Exception {
        peer.streamHead()
                .event(Answers.text("one"))
                .stall(mayEnd)
                .event(Answers.text("two"))
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks();
    }

    private static void stays(Peer peer) throws Exception {
        peer.streamHead().event(Answers.text("one")).stall();
    }

    /** Opens this many streams, each with a first word read: of all four kinds as many. */
    ShutdownCrowd open(int streams) {
        var begun = new ArrayList<CompletableFuture<Void>>();
        for (var i = 0; i < streams; i++) {
            var body = RunningGateway.streamed(
                    i % 2 == 0 ? "relayed" : "agentic", i % 4 < 2 ? ENDS : "\"user\":\"stays\"");
            var first = new CompletableFuture<Void>();
            var events = new CompletableFuture<List<String>>();
            begun.add(first);
            (i % 4 < 2 ? ending : staying).add(events);
            Thread.ofVirtual().start(() -> read(body, first, events));
        }
        begun.forEach(ShutdownCrowd::await);
        return this;
    }

    private void read(String body, CompletableFuture<Void> begun, CompletableFuture<List<String>> events) {
        try (var stream = gateway.stream(key, body)) {
            assertEquals("one", stream.text());
            begun.complete(null);
            events.complete(stream.events());
        } catch (Exception | AssertionError e) {
            begun.completeExceptionally(e);
            events.completeExceptionally(e);
        }
    }

    ShutdownCrowd terminate() {
        gateway.terminate();
        return this;
    }

    /** Does not wait for anything: by now the gateway may be gone. */
    ShutdownCrowd hurry() {
        gateway.terminate();
        return this;
    }

    /** Lets those end that may, and holds every one of them to be complete. */
    ShutdownCrowd endInTime() {
        gateway.awaitStopping();
        mayEnd.countDown();
        for (var stream : ending) {
            var events = await(stream);
            assertEquals("[DONE]", events.getLast(), events::toString);
            assertTrue(events.getFirst().contains("\"two\""), events::toString);
        }
        return this;
    }

    /** Holds every stream that did not end to be told why; after that the gateway is gone, and its connections are. */
    void assertTheRestIsCut() {
        var rest = new ArrayList<>(staying);
        if (mayEnd.getCount() > 0) {
            rest.addAll(ending);
        }
        for (var stream : rest) {
            var events = await(stream);
            assertEquals(1, events.size(), events::toString);
            assertTrue(events.getFirst().startsWith("{\"error\":"), events::toString);
            assertTrue(events.getFirst().contains("\"code\":\"shutting_down\""), events::toString);
        }
        assertEquals(0, gateway.awaitExit());
        engine.requests().forEach(FakeUpstream.Request::awaitGone);
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        mayEnd.countDown();
        gateway.close();
        engine.close();
    }
}
