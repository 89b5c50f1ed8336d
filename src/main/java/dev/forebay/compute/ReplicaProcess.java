package dev.forebay.compute;

import dev.forebay.process.ChildProcess;
import dev.forebay.process.CommandMissing;
import dev.forebay.process.Launch;
import dev.forebay.process.Processes;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica's life: start, wait until it is ready, watch, say why it failed, wait, start again; until it is stopped. */
final class ReplicaProcess {
    private static final Logger log = LoggerFactory.getLogger(ReplicaProcess.class);
    private static final int DOWN_AFTER = 3;
    private static final int PORT_TRIES = 5;

    record Surroundings(
            Processes processes,
            List<String> self,
            WebClient client,
            Path folder,
            InstantSource clock,
            LongSupplier nanos,
            IntSupplier ports,
            Pace pace) {}

    private final Surroundings around;
    private final Nodepool nodepool;
    private final int ordinal;
    private final ReplicaLog file;
    private final Consumer<Replica> changes;
    private final Replica replica;
    private final Pause pause = new Pause();
    private final Reasons reasons;
    private final Thread thread;
    private int failures;

    ReplicaProcess(Surroundings around, Nodepool nodepool, int ordinal, ReplicaLog file, Consumer<Replica> changes) {
        this.around = around;
        this.nodepool = nodepool;
        this.ordinal = ordinal;
        this.file = file;
        this.changes = changes;
        this.replica = new Replica(nodepool.id() + "/" + ordinal, nodepool.id(), new Replica.State.Stopped());
        this.reasons = new Reasons(nodepool, ordinal, file.file());
        this.thread = Thread.ofVirtual().name("replica " + replica.id()).unstarted(this::live);
    }

    void start() {
        report(new Replica.State.Starting(around.clock().instant()));
        thread.start();
    }

    void stop() {
        pause.stop();
    }

    void awaitEnd() {
        try {
            thread.join(around.pace().patience().multipliedBy(3).plusSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        try {
            while (!pause.isStopped()) {
                var reason = runOrTellWhyNot();
                if (!pause.isStopped()) {
                    fail(reason);
                }
            }
        } finally {
            file.close();
            report(new Replica.State.Stopped());
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
        }
    }

    /** From a start to the end, which it tells the reason of. */
    private Reasons.Reason run() {
        for (var attempt = 1; ; attempt++) {
            int port;
            ChildProcess child;
            try {
                port = around.ports().getAsInt();
                Files.createDirectories(around.folder());
                child = around.processes().start(launch(port));
            } catch (CommandMissing e) {
                return reasons.noCommand(e);
            } catch (IOException | UncheckedIOException e) {
                return reasons.noStart(e);
            }
            child.log().follow(file);
            var exit = child.exit();
            var _ = exit.whenComplete((_, _) -> pause.wake());
            try {
                var failed = serve(new Running(child, exit, port));
                if (attempt == PORT_TRIES || pause.isStopped() || !failed.portTaken()) {
                    return failed.reason();
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

    private record Running(ChildProcess child, CompletableFuture<Integer> exit, int port) {
        /** Once its log is whole, too. */
        boolean isOver() {
            return exit.isDone();
        }

        /** Killing it for a failed probe shows as -1 here, which no message tells. */
        int code() {
            return exit.getNow(-1);
        }
    }

    private record Failed(Reasons.Reason reason, boolean portTaken) {}

    private Failed serve(Running process) {
        var notReady = awaitReady(process);
        if (notReady != null) {
            return notReady;
        }
        var readySince = around.nanos().getAsLong();
        report(new Replica.State.Ready(new Endpoint("127.0.0.1", process.port(), false, "/v1")));
        var reason = watch(process);
        if (around.nanos().getAsLong() - readySince >= around.pace().steady().toNanos()) {
            failures = 0;
        }
        return new Failed(reason, false);
    }

    /** Null once it is ready. */
    private @Nullable Failed awaitReady(Running process) {
        var begun = around.nanos().getAsLong();
        var timeout = Duration.ofSeconds(nodepool.startTimeoutSeconds()).toNanos();
        var wait = around.pace().probe();
        String answer = "no answer yet";
        while (true) {
            pause.await(wait, process::isOver);
            if (process.isOver() || pause.isStopped()) {
                return new Failed(
                        reasons.endedBeforeReady(process.code(), process.child().log()),
                        Reasons.isPortTaken(process.child().log()));
            }
            answer = probe(process, around.pace().answer());
            if (answer.isEmpty() && !process.isOver()) {
                return null;
            }
            if (around.nanos().getAsLong() - begun >= timeout) {
                return new Failed(
                        reasons.notReadyInTime(
                                process.port(), answer, process.child().log()),
                        false);
            }
            wait = around.pace().afterProbe(wait);
        }
    }

    private Reasons.Reason watch(Running process) {
        var missed = 0;
        while (true) {
            pause.await(around.pace().liveness(), process::isOver);
            if (process.isOver() || pause.isStopped()) {
                return reasons.ended(process.code(), process.child().log());
            }
            var answer = probe(process, around.pace().liveAnswer());
            missed = answer.isEmpty() ? 0 : missed + 1;
            if (missed >= around.pace().deadAfter() && !process.isOver()) {
                return reasons.wentSilent(
                        missed, process.port(), answer, process.child().log());
            }
        }
    }

    /** What is wrong with the answer of the ready path; empty if it is 200. */
    private String probe(Running process, Duration patience) {
        var probe = new Probe(around.client(), process.port(), nodepool.readyPath(), patience, pause);
        // The client keeps its own time; the longer wait is for the case that it does not.
        pause.await(patience.multipliedBy(2), () -> probe.answer() != null || process.isOver());
        var answer = probe.answer();
        return answer == null ? "no answer" : answer;
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

    private Launch launch(int port) {
        var command = nodepool.command().stream()
                .map(word ->
                        word.replace("{port}", Integer.toString(port)).replace("{replica}", Integer.toString(ordinal)))
                .toList();
        if (command.getFirst().equals("forebay")) {
            var own = new ArrayList<>(around.self());
            own.addAll(command.subList(1, command.size()));
            command = own;
        }
        return new Launch("nodepool " + nodepool.id(), command, nodepool.env(), around.folder(), false);
    }

    private void end(ChildProcess child) {
        try {
            child.end(around.pace().patience());
        } catch (InterruptedException _) {
            child.kill();
        }
    }

    private void report(Replica.State state) {
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
