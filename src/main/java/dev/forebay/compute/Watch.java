package dev.forebay.compute;

import dev.forebay.process.ChildProcess;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches over one process of a replica, from its start to its end or until it is to be ended. */
final class Watch {
    /**
     * @param portTaken it ended since another program has its port
     * @param steady it had served for long
     */
    record Failed(Reasons.Reason reason, boolean portTaken, boolean steady) {}

    private final ProcessSetting around;
    private final Nodepool nodepool;
    private final Reasons reasons;
    private final Pause pause;
    private final Consumer<Replica.State> changes;
    private final ChildProcess child;
    private final CompletableFuture<Integer> exit;
    private final Endpoint endpoint;

    Watch(
            ProcessSetting around,
            Nodepool nodepool,
            Reasons reasons,
            Pause pause,
            Consumer<Replica.State> changes,
            ChildProcess child,
            int port) {
        this.around = around;
        this.nodepool = nodepool;
        this.reasons = reasons;
        this.pause = pause;
        this.changes = changes;
        this.child = child;
        this.exit = child.exit();
        this.endpoint = Endpoint.of(URI.create("http://127.0.0.1:" + port + "/v1"), nodepool);
        var _ = exit.whenComplete((_, _) -> pause.wake());
    }

    /** From the start of the process. Tells why it can or shall serve no more. */
    Failed startAndServe() {
        var notReady = awaitReady();
        return notReady == null ? serve() : notReady;
    }

    /** Of a process that serves already. */
    Failed serve() {
        var since = around.nanos().getAsLong();
        changes.accept(new Replica.State.Ready(endpoint));
        var reason = watch();
        return new Failed(
                reason,
                false,
                around.nanos().getAsLong() - since >= around.pace().steady().toNanos());
    }

    boolean isWell() {
        return !isOver() && probe().isEmpty();
    }

    /** Null once it is ready. It is asked on this machine, at the same pace however long it takes: requests wait for it. */
    private @Nullable Failed awaitReady() {
        var begun = around.nanos().getAsLong();
        var timeout = Duration.ofSeconds(nodepool.startTimeoutSeconds()).toNanos();
        while (true) {
            pause.await(around.pace().probe(), this::isOver);
            if (isOver() || pause.isStopped()) {
                return new Failed(
                        reasons.endedBeforeReady(code(), child.log()), Reasons.isPortTaken(child.log()), false);
            }
            var answer = probe();
            if (answer.isEmpty() && !isOver()) {
                return null;
            }
            if (around.nanos().getAsLong() - begun >= timeout) {
                return new Failed(reasons.notReadyInTime(endpoint.port(), answer, child.log()), false, false);
            }
        }
    }

    private Reasons.Reason watch() {
        var missed = 0;
        while (true) {
            pause.await(around.pace().liveness(), this::isOver);
            if (isOver() || pause.isStopped()) {
                return reasons.ended(code(), child.log());
            }
            var answer = probe();
            if (answer.isEmpty()) {
                if (missed >= around.pace().unreadyAfter()) {
                    changes.accept(new Replica.State.Ready(endpoint));
                }
                missed = 0;
                continue;
            }
            missed++;
            if (missed == around.pace().unreadyAfter() && !isOver()) {
                var reason = reasons.silentNow(missed, endpoint.port(), answer);
                changes.accept(new Replica.State.Failed(
                        reason.whole(),
                        reason.brief(),
                        around.clock().instant().plus(around.pace().liveness()),
                        false));
            }
            if (missed >= around.pace().deadAfter() && !isOver()) {
                return reasons.wentSilent(missed, endpoint.port(), answer, child.log());
            }
        }
    }

    private String probe() {
        return Probe.ask(
                around.client(),
                endpoint,
                nodepool.readiness(),
                null,
                status -> status == 200,
                around.pace().answer(),
                pause,
                this::isOver);
    }

    /** Once its log is whole, too. */
    private boolean isOver() {
        return exit.isDone();
    }

    /** Killing it for a failed probe shows as -1 here, which no message tells. */
    private int code() {
        return exit.getNow(-1);
    }
}
