package dev.forebay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Scope;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for the requests that are open at a moment, over real sockets. */
class OpenNowTest {
    private final RunningEdge edge = new RunningEdge(
            new ServerSettings("127.0.0.1", 0, 1, ServerSettings.Transport.AUTO, 20, 60, 0, Optional.empty()),
            new Limits(4096, Optional.of(1L << 20), 20, 20, 8192, 64, 100, 4));
    private final String key = edge.key(Set.of(Scope.INFERENCE));

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void endsAtOnceIfNoneIsOpen() throws Exception {
        end(edge.whenThoseOpenNowHaveEnded());
        try (var client = new RawClient(edge.port)) {
            client.post("/v1/echo", key, "x").answer();
            end(edge.whenThoseOpenNowHaveEnded());
        }
    }

    @Test
    void waitsForEachThatIsOpenAndForNoneThatComesLater() throws Exception {
        try (var first = new RawClient(edge.port);
                var second = new RawClient(edge.port);
                var later = new RawClient(edge.port)) {
            hold(first, 1);
            hold(second, 2);
            var ended = edge.whenThoseOpenNowHaveEnded();
            hold(later, 3);

            answer(1, second);
            assertFalse(isEnded(ended));
            answer(0, first);

            end(ended);
            assertFalse(edge.held.get(2).isEnded());
        }
    }

    @Test
    void severalWaitsEndEachInItsTurn() throws Exception {
        try (var one = new RawClient(edge.port);
                var two = new RawClient(edge.port);
                var three = new RawClient(edge.port)) {
            hold(one, 1);
            var first = edge.whenThoseOpenNowHaveEnded();
            var same = edge.whenThoseOpenNowHaveEnded();
            hold(two, 2);
            var second = edge.whenThoseOpenNowHaveEnded();
            hold(three, 3);
            var third = edge.whenThoseOpenNowHaveEnded();

            answer(1, two);
            answer(2, three);
            // The first is still open, and was so at the time of all of them.
            assertFalse(isEnded(first) || isEnded(same) || isEnded(second) || isEnded(third));

            hold(three, 4);
            var fourth = edge.whenThoseOpenNowHaveEnded();
            answer(0, one);
            end(first);
            end(same);
            end(second);
            end(third);
            assertFalse(isEnded(fourth));
            answer(3, three);
            end(fourth);
        }
    }

    @Test
    void aClientThatHasGoneAndABodyThatNeverCameEndARequestToo() throws Exception {
        CompletableFuture<Void> ended;
        try (var gone = new RawClient(edge.port);
                var silent = new RawClient(edge.port)) {
            hold(gone, 1);
            silent.send("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key
                    + "\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n");
            assertEquals(100, silent.answer().status());
            ended = edge.whenThoseOpenNowHaveEnded();
            gone.reset();
            assertEquals(499, edge.ends.poll(20, TimeUnit.SECONDS).status());
            assertFalse(isEnded(ended));
        }
        end(ended);
    }

    @Test
    void whoeverIsToldMayWaitAgain() {
        var cohorts = new Cohorts();
        var one = cohorts.begin();
        var again = cohorts.whenThoseOpenNowHaveEnded().compose(_ -> {
            var two = cohorts.begin();
            var next = cohorts.whenThoseOpenNowHaveEnded();
            cohorts.end(two);
            return next;
        });
        cohorts.end(one);
        assertTrue(again.succeeded());
    }

    /** Sends a request that is answered only when the test says so. */
    private void hold(RawClient client, int count) throws Exception {
        client.post("/v1/hold", key, "x");
        until(() -> edge.held.size() == count);
    }

    private void answer(int index, RawClient client) throws Exception {
        edge.onLoop(() -> edge.held.get(index).answer(200, "text/plain", Buffer.buffer("done")));
        assertEquals("done", client.answer().body());
        until(() -> edge.held.get(index).isEnded());
    }

    /** After all that the event loop had to do until now. */
    private boolean isEnded(CompletableFuture<Void> ended) {
        edge.onLoop(() -> {});
        return ended.isDone();
    }

    private static void end(CompletableFuture<Void> ended) throws Exception {
        ended.get(20, TimeUnit.SECONDS);
    }

    private static void until(BooleanSupplier fact) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!fact.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it did not come true in time");
            LockSupport.parkNanos(2_000_000);
        }
    }
}
