package dev.forebay.kubernetes;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the pods of a nodepool: lists them, watches until the watch ends for whatever reason, lists again. A list is
 * whole, so that nothing is missed when a watch was dropped or its version is gone. While the cluster cannot be asked the
 * pods count as they were last seen: those that have died show when a request meets them.
 */
final class PodWatch {
    static final String NAME = "_pods";
    private static final Logger log = LoggerFactory.getLogger(PodWatch.class);

    private final WorkloadApi api;
    private final Reports reports;
    private final Pods pods;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Tempo tempo;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private int failures;

    PodWatch(WorkloadApi api, Reports reports, InstantSource clock, LongSupplier nanos, Tempo tempo) {
        this.api = api;
        this.reports = reports;
        this.pods = new Pods(new PodStates(api.nodepool(), api.workload(), tempo), reports);
        this.clock = clock;
        this.nanos = nanos;
        this.tempo = tempo;
        this.thread = Thread.ofVirtual().name("pods of " + api.nodepool().id()).unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopped.countDown();
        reports.end();
        thread.interrupt();
    }

    private void live() {
        try {
            while (stopped.getCount() > 0) {
                var wait = tempo.retry();
                try {
                    var begun = nanos.getAsLong();
                    follow();
                    // A watch that ends at once, again and again, must not turn into a flood of lists.
                    var lasted = Duration.ofNanos(nanos.getAsLong() - begun);
                    wait = lasted.compareTo(tempo.retry()) < 0 ? tempo.retry() : Duration.ZERO;
                } catch (RuntimeException e) {
                    wait = failed(e);
                }
                var _ = stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            log.atDebug().addKeyValue("nodepool", api.nodepool().id()).log("pods are watched no more");
        }
    }

    private void follow() throws InterruptedException {
        var selector = api.podSelector();
        var list = api.pods(selector);
        pods.list(list.getItems(), clock.instant());
        var events = new PodEvents();
        try (var _ = api.watch(selector, list.getMetadata().getResourceVersion(), tempo.watch(), events)) {
            if (failures > 0) {
                log.atInfo().addKeyValue("nodepool", api.nodepool().id()).log("pods are watched again");
            }
            failures = 0;
            reports.report(NAME, new Replica.State.Stopped());
            var end = nanos.getAsLong() + tempo.watch().plus(tempo.silence()).toNanos();
            for (var left = end - nanos.getAsLong();
                    left > 0 && stopped.getCount() > 0;
                    left = end - nanos.getAsLong()) {
                if (!take(events, Duration.ofNanos(left))) {
                    break;
                }
            }
        } finally {
            events.end();
        }
    }

    /** False once the watch has ended. */
    private boolean take(PodEvents events, Duration left) throws InterruptedException {
        var patience = pods.areWaitingForNodes() && tempo.missing().compareTo(left) < 0 ? tempo.missing() : left;
        var event = events.next(patience);
        if (event.isEmpty()) {
            pods.tick(clock.instant());
            return true;
        }
        return switch (event.get()) {
            case PodEvents.Event.Changed(var pod) -> {
                pods.changed(pod, clock.instant());
                pods.tick(clock.instant());
                yield true;
            }
            case PodEvents.Event.Deleted(var name) -> {
                pods.deleted(name);
                yield true;
            }
            case PodEvents.Event.Ended(var reason) -> {
                log.atDebug()
                        .addKeyValue("nodepool", api.nodepool().id())
                        .addKeyValue("reason", reason)
                        .log("watch of pods ended");
                yield false;
            }
        };
    }

    private Duration failed(RuntimeException e) {
        if (stopped.getCount() == 0) {
            return Duration.ZERO;
        }
        failures++;
        var trouble = Trouble.from(e);
        var wait = trouble.wait(tempo, failures);
        log.atWarn()
                .addKeyValue("nodepool", api.nodepool().id())
                .addKeyValue("reason", trouble.getMessage())
                .addKeyValue("retry_ms", wait.toMillis())
                .setCause(trouble.fault())
                .log("pods cannot be watched");
        reports.report(NAME, trouble.state(clock.instant(), wait, failures));
        return wait;
    }
}
