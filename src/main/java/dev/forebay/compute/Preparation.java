package dev.forebay.compute;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the files that a replica needs, outside of the time that its start may take, and tells how far it is. */
final class Preparation {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final ProcessSetting around;
    private final Nodepool nodepool;
    private final String replica;
    private final Pause pause;
    private final Consumer<Replica.State> changes;

    Preparation(
            ProcessSetting around, Nodepool nodepool, String replica, Pause pause, Consumer<Replica.State> changes) {
        this.around = around;
        this.nodepool = nodepool;
        this.replica = replica;
        this.pause = pause;
        this.changes = changes;
    }

    /** @param hopeful false if those who wait shall not hear of progress: it has come to nothing too often */
    void run(boolean hopeful) throws IOException {
        var since = around.clock().instant();
        var told = new AtomicBoolean();
        for (var file : nodepool.prepare()) {
            if (pause.isStopped()) {
                return;
            }
            around.weights().prepare(file, pause, note -> {
                log.atInfo()
                        .addKeyValue("replica", replica)
                        .addKeyValue("progress", note)
                        .log("replica is prepared");
                if (hopeful) {
                    told.set(true);
                    changes.accept(new Replica.State.Starting(since, note));
                }
            });
        }
        if (told.get() && !pause.isStopped()) {
            changes.accept(new Replica.State.Starting(around.clock().instant()));
        }
    }
}
