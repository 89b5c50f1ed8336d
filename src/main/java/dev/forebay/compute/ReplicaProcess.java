package dev.forebay.compute;

import dev.forebay.process.ChildProcess;
import dev.forebay.process.CommandMissing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica's life: start, wait until it is ready, watch, say why it failed, wait, start again; until it is stopped. */
final class ReplicaProcess {
    private static final Logger log = LoggerFactory.getLogger(ReplicaProcess.class);
    private static final int DOWN_AFTER = 3;
    private static final int PORT_TRIES = 5;
    private static final Duration LONG = Duration.ofHours(1);

    private final ProcessSetting around;
    private final Nodepool nodepool;
    private final int ordinal;
    private final Consumer<Replica> changes;
    private final @Nullable ReplicaProcess before;
    private final Consumer<ReplicaProcess> ended;
    private final Replica replica;
    private final Pause pause = new Pause();
    private final Reasons reasons;
    private final Thread thread;
    private int failures;
    private boolean isReportedStopped;

    /**
     * @param before the one of the same ordinal that still ends; it is waited for
     * @param ended is told of this one before it is reported as stopped
     */
    ReplicaProcess(
            ProcessSetting around,
            Nodepool nodepool,
            int ordinal,
            Consumer<Replica> changes,
            @Nullable ReplicaProcess before,
            Consumer<ReplicaProcess> ended) {
        this.around = around;
        this.nodepool = nodepool;
        this.ordinal = ordinal;
        this.changes = changes;
        this.before = before;
        this.ended = ended;
        this.replica = new Replica(Replica.id(nodepool.id(), ordinal), nodepool.id(), new Replica.State.Stopped());
        this.reasons = new Reasons(nodepool, ordinal, ReplicaLaunch.output(around.folder(), nodepool, ordinal));
        this.thread = Thread.ofVirtual().name("replica " + replica.id()).unstarted(this::live);
    }

    void start() {
        if (before != null) {
            // In this order, since both go by the same name.
            before.reportStopped();
        }
        report(new Replica.State.Starting(around.clock().instant()));
        thread.start();
    }

    void stop() {
        pause.stop();
    }

    boolean isStopping() {
        return pause.isStopped();
    }

    void awaitEnd() {
        try {
            thread.join(Duration.ofSeconds(nodepool.stopTimeoutSeconds())
                    .multipliedBy(2)
                    .plusSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        try {
            if (before != null) {
                before.awaitEnd();
            }
            while (!pause.isStopped()) {
                var reason = runOrTellWhyNot();
                if (!pause.isStopped()) {
                    fail(reason);
                }
            }
        } finally {
            reportStopped();
        }
    }

    /** Whatever goes wrong below it, this thread must live on: nobody else would start the replica again. */
    private Reasons.Reason runOrTellWhyNot() {
        try {
            return run();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("replica", replica.id())
                    .setCause(e)
                    .log("watching over a replica failed by a fault of ours");
            return reasons.fault(e);
        } finally {
            around.machine().free(replica.id());
        }
    }

    /** From a start to the end, which it tells the reason of. */
    private Reasons.Reason run() {
        var left = runOfAnEarlierGateway();
        if (left != null) {
            return left;
        }
        try {
            new Preparation(around, nodepool, replica.id(), pause, this::report).run(failures < DOWN_AFTER);
        } catch (IOException e) {
            return reasons.notPrepared(e);
        }
        var gpus = awaitCapacity();
        return gpus == null ? reasons.stopped() : run(gpus);
    }

    /** Null if there is no process that can be taken over. */
    private Reasons.@Nullable Reason runOfAnEarlierGateway() {
        for (var text : around.processes().left()) {
            var note = ReplicaNote.parse(text).orElse(null);
            if (note == null || !note.replicaId().equals(replica.id())) {
                continue;
            }
            if (!ReplicaLaunch.isOf(note, around, nodepool, ordinal)) {
                around.processes().endLeft(text::equals);
                continue;
            }
            var launch = ReplicaLaunch.of(around, nodepool, ordinal, note.port(), note.gpus());
            var child = around.processes().adopt(launch.launch()).orElse(null);
            if (child == null) {
                continue;
            }
            var watch = watch(child, note.port());
            try {
                if (watch.isWell()) {
                    around.machine().hold(replica.id(), nodepool.id(), note.gpus());
                    log.atInfo()
                            .addKeyValue("replica", replica.id())
                            .addKeyValue("pid", child.pid())
                            .log("replica of an earlier gateway taken over");
                    return settled(watch.serve());
                }
            } finally {
                end(child);
            }
        }
        around.machine().free(replica.id());
        return null;
    }

    /** The GPUs that it may use; null if it is stopped before there is a place. */
    private @Nullable List<String> awaitCapacity() {
        var waits = false;
        around.machine().tell(pause);
        try {
            while (!pause.isStopped()) {
                var seen = around.machine().changes();
                switch (around.machine().take(nodepool, replica.id())) {
                    case Machine.Answer.Granted(var gpus) -> {
                        if (waits) {
                            report(new Replica.State.Starting(around.clock().instant()));
                        }
                        return gpus;
                    }
                    case Machine.Answer.None(var reason) -> {
                        if (!waits) {
                            var told = reasons.noPlace(reason).whole();
                            log.atInfo()
                                    .addKeyValue("replica", replica.id())
                                    .addKeyValue("reason", reason)
                                    .log("replica waits for a place");
                            report(new Replica.State.NoCapacity(
                                    told, around.clock().instant()));
                        }
                        waits = true;
                    }
                }
                pause.await(LONG, () -> around.machine().changes() != seen);
            }
            return null;
        } finally {
            around.machine().forget(pause);
        }
    }

    private Reasons.Reason run(List<String> gpus) {
        for (var attempt = 1; ; attempt++) {
            int port;
            ChildProcess child;
            try {
                port = around.ports().getAsInt();
                Files.createDirectories(around.folder());
                child = around.processes()
                        .start(ReplicaLaunch.of(around, nodepool, ordinal, port, gpus)
                                .launch());
            } catch (CommandMissing e) {
                return reasons.noCommand(e);
            } catch (IOException | UncheckedIOException e) {
                return reasons.noStart(e);
            }
            try {
                var failed = watch(child, port).startAndServe();
                if (attempt == PORT_TRIES || pause.isStopped() || !failed.portTaken()) {
                    return settled(failed);
                }
                log.atInfo()
                        .addKeyValue("replica", replica.id())
                        .addKeyValue("port", port)
                        .log("port taken, trying another");
            } finally {
                end(child);
            }
        }
    }

    private Watch watch(ChildProcess child, int port) {
        return new Watch(around, nodepool, reasons, pause, this::report, child, port);
    }

    private Reasons.Reason settled(Watch.Failed failed) {
        if (failed.steady()) {
            failures = 0;
        }
        return failed.reason();
    }

    private void fail(Reasons.Reason reason) {
        failures++;
        var wait = around.pace().beforeRestart(failures);
        var down = failures >= DOWN_AFTER;
        log.atWarn()
                .addKeyValue("replica", replica.id())
                .addKeyValue("reason", reason.whole())
                .addKeyValue("failures", failures)
                .addKeyValue("restart_ms", wait.toMillis())
                .log("replica failed");
        report(new Replica.State.Failed(
                reason.whole(), reason.brief(), around.clock().instant().plus(wait), down));
        pause.await(wait, () -> false);
        // One that is down stays so in the eyes of those who wait until it is ready: a start alone is no reason to
        // hope.
        if (!pause.isStopped() && !down) {
            report(new Replica.State.Starting(around.clock().instant()));
        }
    }

    private void end(ChildProcess child) {
        try {
            child.end(Duration.ofSeconds(nodepool.stopTimeoutSeconds()));
        } catch (InterruptedException _) {
            child.kill();
        }
    }

    private synchronized void reportStopped() {
        if (!isReportedStopped) {
            ended.accept(this);
            report(new Replica.State.Stopped());
            isReportedStopped = true;
        }
    }

    /** Nothing is said of one that has been reported as stopped. */
    private synchronized void report(Replica.State state) {
        if (isReportedStopped) {
            return;
        }
        log.atDebug()
                .addKeyValue("replica", replica.id())
                .addKeyValue("state", state)
                .log("replica changed");
        try {
            changes.accept(replica.become(state));
        } catch (RuntimeException e) {
            log.atError().addKeyValue("replica", replica.id()).setCause(e).log("a change of a replica was not taken");
        }
    }
}
