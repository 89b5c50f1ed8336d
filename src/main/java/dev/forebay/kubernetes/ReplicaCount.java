package dev.forebay.kubernetes;

import dev.forebay.compute.Replica;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what is ordered of a workload, one order after the other, each until it succeeds or is overtaken. */
final class ReplicaCount {
    static final String NAME = "_workload";
    private static final Logger log = LoggerFactory.getLogger(ReplicaCount.class);

    private final WorkloadApi api;
    private final Resizing resizing;
    private final Reports reports;
    private final InstantSource clock;
    private final Tempo tempo;
    private final Orders orders = new Orders();
    private final Thread thread;
    private boolean applied;
    private boolean observing;
    private int failures;

    ReplicaCount(WorkloadApi api, Reports reports, InstantSource clock, Tempo tempo) {
        this.api = api;
        this.resizing = new Resizing(api);
        this.reports = reports;
        this.clock = clock;
        this.tempo = tempo;
        this.thread = Thread.ofVirtual().name("scale of " + api.nodepool().id()).unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    void order(Order order) {
        orders.add(order);
    }

    void stop() {
        orders.stop();
        thread.interrupt();
    }

    private void live() {
        var mayMiss = false;
        try {
            while (!orders.isStopped()) {
                var order = orders.next(mayMiss ? Optional.of(tempo.missing()) : Optional.empty());
                if (orders.isStopped()) {
                    return;
                }
                try {
                    if (order.isPresent()) {
                        carryOut(order.get());
                    }
                    mayMiss = !observing && isMissing();
                    failures = 0;
                } catch (RuntimeException e) {
                    mayMiss = true;
                    failed(order, e);
                }
            }
        } catch (InterruptedException _) {
            log.atDebug().addKeyValue("nodepool", api.nodepool().id()).log("the workload is scaled no more");
        }
    }

    private void carryOut(Order order) {
        if (isObserved()) {
            return;
        }
        switch (order) {
            case Order.Scale(var replicas, var mayLower) -> {
                var template = api.workload().templateFile();
                if (template.isPresent() && !applied) {
                    api.apply(template.get(), replicas);
                    applied = true;
                }
                resizing.to(replicas, mayLower);
            }
            case Order.Remove(var pod) -> resizing.without(pod);
        }
    }

    /** Said once: a gateway that scales nothing must not look like one that forgot to. */
    private boolean isObserved() {
        var owner = api.workload().observe() ? Optional.of("observe: true") : api.scaleOwner();
        if (owner.isPresent() && !observing) {
            log.atInfo()
                    .addKeyValue("nodepool", api.nodepool().id())
                    .addKeyValue("owner", owner.get())
                    .log("something else scales the workload, so it is only observed");
        } else if (owner.isEmpty() && observing) {
            log.atInfo().addKeyValue("nodepool", api.nodepool().id()).log("nothing else scales the workload any more");
        }
        observing = owner.isPresent();
        return observing;
    }

    /** True while pods were asked for that have not been made; reports why, if the cluster tells. */
    private boolean isMissing() {
        var scale = api.scale();
        var made = scale.getStatus() == null || scale.getStatus().getReplicas() == null
                ? 0
                : scale.getStatus().getReplicas();
        var asked = Resizing.replicas(scale);
        var why = made < asked ? api.whyMissing() : Optional.<String>empty();
        if (why.isPresent()) {
            noCapacity("nodepool " + api.nodepool().id() + ": " + made + " of " + asked + " pods were made: "
                    + why.get() + "; raise the quota or lower the nodepool's replicas");
        } else {
            reports.report(NAME, new Replica.State.Stopped());
        }
        return made < asked || resizing.isWaiting();
    }

    private void noCapacity(String reason) {
        var since = reports.last(NAME) instanceof Replica.State.NoCapacity before ? before.since() : clock.instant();
        reports.report(NAME, new Replica.State.NoCapacity(reason, since));
    }

    private void failed(Optional<Order> order, RuntimeException e) throws InterruptedException {
        if (orders.isStopped()) {
            return;
        }
        failures++;
        var trouble = Trouble.from(e);
        var wait = trouble.wait(tempo, failures);
        log.atWarn()
                .addKeyValue("nodepool", api.nodepool().id())
                .addKeyValue("order", order.map(Object::toString).orElse("none"))
                .addKeyValue("reason", trouble.getMessage())
                .addKeyValue("retry_ms", wait.toMillis())
                .setCause(trouble.fault())
                .log("the workload cannot be scaled");
        if (trouble.state(clock.instant(), wait, failures) instanceof Replica.State.Failed failed) {
            reports.report(NAME, failed);
        } else {
            noCapacity(String.valueOf(trouble.getMessage()));
        }
        order.ifPresent(orders::again);
        orders.pause(wait);
    }
}
