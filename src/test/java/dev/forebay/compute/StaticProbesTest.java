package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.forebay.compute.Replica.State.Failed;
import dev.forebay.compute.Replica.State.Ready;
import dev.forebay.compute.Replica.State.Starting;
import dev.forebay.compute.Replica.State.Stopped;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StaticProbesTest {
    private final Vertx vertx = Vertx.vertx();
    private final StaticProvider provider = new StaticProvider(vertx, InstantSource.system(), LocalReplicas.FAST);
    private final Changes changes = new Changes();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String authorization;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            authorization = exchange.getRequestHeaders().getFirst("authorization");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        provider.close();
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aServerIsReadyOnceItAnswersAndTheKeyGoesWithTheQuestion() throws Exception {
        status = 503;
        provider.start(pool("probe_path: /health, api_key: secret"), 0, changes);
        changes.next(Starting.class);
        assertFalse(changes.next(Failed.class).down());
        status = 204;
        var next = changes.next();
        // It may have been down meanwhile.
        assertEquals(Ready.class, (next instanceof Failed ? changes.next() : next).getClass());
        assertEquals("Bearer secret", authorization);
    }

    @Test
    void aReadyServerFailsAfterThreeProbesIsDownLaterAndReadyAgainAtOnce() throws Exception {
        provider.start(pool("probe_path: /health"), 0, changes);
        changes.next(Starting.class);
        changes.next(Ready.class);
        status = 500;
        var failed = changes.next(Failed.class);
        assertFalse(failed.down());
        assertTrue(failed.reason().contains("did not answer 3 probes")
                && failed.reason().contains("status 500"));
        assertTrue(changes.next(Failed.class).down());
        status = 200;
        changes.next(Ready.class);
        assertEquals(null, authorization);
    }

    @Test
    void aServerThatIsNotThereNeverGetsReadyAndCanBeStopped() throws Exception {
        server.stop(0);
        provider.start(pool("probe_path: /health"), 0, changes);
        changes.next(Starting.class);
        changes.next(Failed.class);
        assertTrue(changes.next(Failed.class).down());
        provider.stop("p/0");
        changes.next(Stopped.class);
    }

    @Test
    void aServerWithoutAProbePathIsReadyUnasked() throws Exception {
        server.stop(0);
        provider.start(pool("slots: 1"), 0, changes);
        changes.next(Ready.class);
    }

    private Nodepool pool(String keys) {
        return LocalReplicas.nodepool(
                "{id: p, base_url: 'http://127.0.0.1:" + server.getAddress().getPort() + "/v1', " + keys + "}");
    }
}
