package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    private final Changes changes = new Changes();
    private final Vertx vertx = Vertx.vertx();
    private final Providers providers = new Providers(servers(), servers());

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private StaticProvider servers() {
        return new StaticProvider(vertx, InstantSource.system());
    }

    @Test
    void aNodepoolOfUrlsHasAReplicaForEach() throws Exception {
        providers.startAll(urls("http://a:1/v1", "http://b:2/v1/"), changes);
        assertEquals(
                "http://a:1/v1",
                changes.next(Replica.State.Ready.class).endpoint().toString());
        assertEquals(
                "http://b:2/v1",
                changes.next(Replica.State.Ready.class).endpoint().toString());
    }

    @Test
    void noMoreReplicasStartThanTheNodepoolAllows() throws Exception {
        var two = urls("http://a:1/v1", "http://b:2/v1");
        providers.startAll(two.withMaxInstances(0), changes);
        assertEquals(List.of(), changes.reported());
        providers.startAll(two.withMaxInstances(1), changes);
        changes.next();
        assertEquals(List.of(), changes.reported());
    }

    @Test
    void aReplicaIsStoppedByTheProviderThatKnowsIt() throws Exception {
        providers.startAll(urls("http://a:1/v1"), changes);
        changes.next();
        providers.stop("urls/0");
        assertInstanceOf(Replica.State.Stopped.class, changes.next());
        assertEquals(List.of(), changes.reported());
    }

    private static Nodepool urls(String... urls) {
        return new Nodepool(
                "urls",
                List.of(urls).stream().map(URI::create).toList(),
                List.of(),
                Map.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                true,
                0,
                "/health",
                1);
    }
}
