package dev.forebay.compute;

import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server at a given URL, asked for its {@code probe_path} on a virtual thread of its own. It is starting until the
 * first probe succeeds (any status of 2xx). After 3 probes in a row without success it has failed and gets no requests;
 * after 12 it is down, and requests need not wait for it; the first success makes it ready again.
 */
final class StaticReplica {
    private static final Logger log = LoggerFactory.getLogger(StaticReplica.class);

    private final WebClient client;
    private final InstantSource clock;
    private final Pace pace;
    private final Nodepool nodepool;
    private final Endpoint endpoint;
    private final Consumer<Replica> changes;
    private final Replica replica;
    private final Pause pause = new Pause();
    private boolean isStopped;

    StaticReplica(
            WebClient client,
            InstantSource clock,
            Pace pace,
            Nodepool nodepool,
            int ordinal,
            Consumer<Replica> changes) {
        this.client = client;
        this.clock = clock;
        this.pace = pace;
        this.nodepool = nodepool;
        this.endpoint = Endpoint.of(nodepool.baseUrl().get(ordinal), nodepool);
        this.changes = changes;
        this.replica = new Replica(
                Replica.id(nodepool.id(), ordinal), nodepool.id(), new Replica.State.Starting(clock.instant()));
    }

    String id() {
        return replica.id();
    }

    void start() {
        if (nodepool.probePath().isEmpty()) {
            report(new Replica.State.Ready(endpoint));
            return;
        }
        report(replica.state());
        var path = nodepool.probePath().get();
        Thread.ofVirtual().name("probes of " + replica.id()).start(() -> watch(path));
    }

    synchronized void stop() {
        pause.stop();
        report(new Replica.State.Stopped());
        isStopped = true;
    }

    private void watch(String path) {
        var missed = 0;
        var isReady = false;
        var wait = pace.probe();
        while (!pause.isStopped()) {
            var answer = probe(path);
            if (answer.isEmpty()) {
                if (!isReady) {
                    report(new Replica.State.Ready(endpoint));
                }
                isReady = true;
                missed = 0;
            } else if (!pause.isStopped()) {
                missed++;
                isReady = isReady && missed < pace.unreadyAfter();
            }
            wait = isReady ? pace.liveness() : missed == 0 ? pace.probe() : pace.afterProbe(wait);
            if (missed == pace.unreadyAfter() || missed == pace.deadAfter()) {
                fail(path, answer, missed, wait);
            }
            pause.await(wait, () -> false);
        }
    }

    private String probe(String path) {
        return Probe.ask(
                client,
                endpoint,
                path,
                nodepool.apiKey().map(key -> key.reveal()).orElse(null),
                status -> status / 100 == 2,
                pace.answer(),
                pause,
                () -> false);
    }

    private void fail(String path, String answer, int missed, Duration wait) {
        var brief = "it did not answer " + missed + " probes in a row";
        var whole = "nodepool " + nodepool.id() + ": " + brief + ": GET " + url(path) + ": " + answer
                + "; it gets no requests until it does";
        log.atWarn()
                .addKeyValue("replica", replica.id())
                .addKeyValue("reason", whole)
                .log("server does not answer its probes");
        report(new Replica.State.Failed(whole, brief, clock.instant().plus(wait), missed >= pace.deadAfter()));
    }

    private String url(String path) {
        return (endpoint.tls() ? "https://" : "http://") + endpoint.host() + ":" + endpoint.port() + path;
    }

    private synchronized void report(Replica.State state) {
        if (isStopped) {
            return;
        }
        try {
            changes.accept(replica.become(state));
        } catch (RuntimeException e) {
            log.atError().addKeyValue("replica", replica.id()).setCause(e).log("a change of a replica was not taken");
        }
    }
}
