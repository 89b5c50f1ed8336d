package dev.forebay.demo;

import static dev.forebay.demo.Demo.CHAT;
import static dev.forebay.demo.Demo.await;
import static dev.forebay.demo.Demo.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the server refuses, and when it stops to work. */
class LimitsTest {
    private static final String ENDLESS = user("count to 9999", ",\"stream\":true");
    private static Demo demo;

    @BeforeAll
    static void start() {
        demo = new Demo(Demo.FAST);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    void aBodyThatIsNestedTooDeepIsRefused() throws Exception {
        var answer = demo.client.send("POST", CHAT, "{\"x\":" + "[".repeat(500) + "]".repeat(500) + "}");
        assertEquals(400, answer.statusCode());
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedUnread() throws Exception {
        try (var socket = demo.connect()) {
            Demo.write(socket, "POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n{");
            var answer = Demo.rest(socket).toLowerCase(Locale.ROOT);
            assertTrue(answer.startsWith("http/1.1 413"), answer);
            assertTrue(answer.contains("connection: close"), answer);
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefused() throws Exception {
        try (var small = new Demo(new Settings("127.0.0.1", Duration.ZERO, 1_000, 64, 8));
                var socket = small.connect()) {
            Demo.write(
                    socket,
                    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n%s\r\n"
                            .formatted(CHAT, "x".repeat(2_000)));
            assertTrue(Demo.rest(socket).startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void anEncodedBodyIsRefused() throws Exception {
        try (var socket = demo.connect()) {
            Demo.write(
                    socket,
                    "POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n");
            assertTrue(Demo.line(socket.getInputStream()).contains("415"));
        }
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToContinue() throws Exception {
        var body = user("say hi", "");
        try (var socket = demo.connect()) {
            Demo.write(
                    socket,
                    "POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                            .formatted(CHAT, body.length()));
            assertTrue(Demo.line(socket.getInputStream()).startsWith("HTTP/1.1 100"));
            Demo.write(socket, body);
            assertTrue(Demo.rest(socket).contains("\"hi\""));
        }
    }

    @Test
    void workEndsWhenTheClientHasGone() throws Exception {
        try (var slow = new Demo(Settings.STANDARD.withWordPause(Duration.ofMillis(50)))) {
            try (var socket = slow.connect()) {
                assertTrue(Demo.post(socket, ENDLESS).contains("200"));
                assertEquals(1, slow.server.active());
            }
            var deadline = Instant.now().plusSeconds(20);
            while (slow.server.active() > 0) {
                assertTrue(Instant.now().isBefore(deadline));
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsOnlyItsOwnStreamBack() throws Exception {
        try (var socket = demo.connect()) {
            assertTrue(Demo.post(socket, user("count to 9999", ",\"n\":16,\"stream\":true"))
                    .contains("200"));
            var other = demo.client.chat(user("say hi", ""));
            assertEquals("hi", other.at("/choices/0/message/content").asText());
            assertTrue(demo.server.active() >= 1);
            assertTrue(Demo.rest(socket).contains("[DONE]"));
        }
    }

    @Test
    void moreRequestsThanAllowedAreRefusedWithRetryAfter() throws Exception {
        try (var one = new Demo(new Settings("127.0.0.1", Duration.ofMillis(50), 10_000, 64, 1));
                var socket = one.connect()) {
            assertTrue(Demo.post(socket, ENDLESS).contains("200"));
            var refused = one.client.send("POST", CHAT, user("say hi", ""));
            assertEquals(503, refused.statusCode());
            assertEquals("1", refused.headers().firstValue("retry-after").orElseThrow());
            assertEquals(200, one.client.send("GET", "/health", "").statusCode());
        }
    }

    @Test
    void aTakenPortIsAFailure() {
        assertThrows(
                BindException.class,
                () -> await(DemoServer.start(
                        demo.vertx(),
                        demo.server.port(),
                        Settings.STANDARD,
                        java.time.InstantSource.system(),
                        () -> "id")));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Settings.STANDARD.withWordPause(Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> new Settings("127.0.0.1", Duration.ZERO, 0, 64, 1));
    }
}
