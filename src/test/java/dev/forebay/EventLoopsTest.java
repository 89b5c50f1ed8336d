package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.ServerSettings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.transport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    private record Refused(Throwable unavailabilityCause) implements Transport {
        @Override
        public String name() {
            return "io_uring";
        }

        @Override
        public boolean available() {
            return false;
        }

        @Override
        public io.vertx.core.spi.transport.Transport implementation() {
            throw new AssertionError("nobody may use what is refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTransportServesAndAsksOrIsReplacedByOneThatDoes(ServerSettings.Transport wanted) {
        var vertx = EventLoops.start(1, wanted);
        try {
            var port = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("served"))
                    .listen(0, "127.0.0.1")
                    .await()
                    .actualPort();

            var answer = vertx.createHttpClient()
                    .request(HttpMethod.GET, port, "127.0.0.1", "/")
                    .compose(request -> request.send().compose(response -> response.body()))
                    .await();

            assertEquals("served", answer.toString());
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void aRefusedTransportIsReplacedAndTheLogSaysWhy() {
        try (var log = new CapturedLog()) {
            var refused = new Refused(
                    new UnsatisfiedLinkError("outer").initCause(new IllegalStateException("operation not permitted")));

            var used = EventLoops.orAuto(refused, "io_uring");

            assertNotEquals(refused, used);
            assertTrue(used.available());
            assertTrue(log.text().contains("operation not permitted"), log.text());
            assertTrue(log.text().contains("\"wanted\":\"io_uring\""), log.text());
        }
    }

    @Test
    void aTransportWithoutItsLibraryIsReplaced() {
        try (var log = new CapturedLog()) {
            assertTrue(EventLoops.orAuto(null, "io_uring").available());
            assertTrue(log.text().contains("no library for this machine"), log.text());
        }
    }
}
