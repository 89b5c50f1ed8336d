package dev.forebay.compute;

import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Replicas that are processes of this machine, each on a port of the loopback address. In a nodepool's command and
 * environment {@code {port}} stands for the port, {@code {replica}} for the replica's ordinal, {@code {gpu}} for its
 * GPUs, and the program {@code forebay} for this program. A replica is ready once its {@code ready_path} answers 200;
 * what it writes goes to {@code <data>/replicas/<nodepool>-<ordinal>.log}. One virtual thread watches over each.
 *
 * <p>Processes outlive a gateway that crashes. The next one takes them over if they serve and would be started in the
 * same way again.
 */
public final class ProcessProvider implements ReplicaProvider {
    private final Map<String, ReplicaProcess> running = new ConcurrentHashMap<>();
    private final ProcessSetting setting;
    private final WebClient client;

    /**
     * @param self program and arguments that the word {@code forebay} stands for
     * @param data the data directory; processes run in its folder {@code replicas}
     * @param nanos a clock for spans of time
     * @param ports gives a port of the loopback address that is free now
     */
    public ProcessProvider(
            Processes processes,
            List<String> self,
            Vertx vertx,
            Path data,
            InstantSource clock,
            LongSupplier nanos,
            IntSupplier ports) {
        this(processes, self, vertx, data, clock, nanos, ports, Pace.DEFAULT);
    }

    ProcessProvider(
            Processes processes,
            List<String> self,
            Vertx vertx,
            Path data,
            InstantSource clock,
            LongSupplier nanos,
            IntSupplier ports,
            Pace pace) {
        this.client = WebClient.create(vertx, Probe.options(pace));
        this.setting = new ProcessSetting(
                processes,
                List.copyOf(self),
                client,
                data.resolve("replicas"),
                clock,
                nanos,
                ports,
                pace,
                new Machine(),
                new Weights(data.resolve("weights")));
    }

    /**
     * Ends what an earlier gateway left behind that no replica of these nodepools would be started as. The rest waits for the
     * start of its replica, with its GPUs, until {@link #endLeft}. Call it before anything is started.
     *
     * @return the names of what was ended
     */
    public List<String> expect(List<Nodepool> nodepools) {
        var ended = setting.processes().endLeft(text -> nodepools.stream().noneMatch(pool -> isOf(text, pool)));
        for (var text : setting.processes().left()) {
            ReplicaNote.parse(text)
                    .ifPresent(note -> setting.machine()
                            .hold(note.replicaId(), Replica.nodepoolOf(note.replicaId()), note.gpus()));
        }
        return ended;
    }

    /** Ends what an earlier gateway left behind and no start has asked for since, and returns the names. */
    public List<String> endLeft() {
        var notes = setting.processes().left();
        var ended = setting.processes().endLeft(notes::contains);
        for (var text : notes) {
            ReplicaNote.parse(text)
                    .filter(note -> !running.containsKey(note.replicaId()))
                    .ifPresent(note -> setting.machine().free(note.replicaId()));
        }
        return ended;
    }

    private boolean isOf(String text, Nodepool nodepool) {
        return ReplicaNote.parse(text)
                .filter(note -> Replica.nodepoolOf(note.replicaId()).equals(nodepool.id()))
                .filter(note -> ReplicaLaunch.isOf(note, setting, nodepool, ordinal(note.replicaId())))
                .isPresent();
    }

    private static int ordinal(String replicaId) {
        var ordinal = replicaId.substring(replicaId.lastIndexOf('/') + 1);
        return ordinal.matches("\\d{1,9}") ? Integer.parseInt(ordinal) : 0;
    }

    /** While one of the same ordinal still ends, the new one waits for it; the old one is reported as stopped at once. */
    @Override
    public synchronized void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        var id = Replica.id(nodepool.id(), ordinal);
        var replica = running.compute(id, (_, before) -> {
            if (before != null && !before.isStopping()) {
                throw new IllegalStateException("replica " + id + " runs already; stop it first");
            }
            return new ReplicaProcess(setting, nodepool, ordinal, changes, before, ended -> running.remove(id, ended));
        });
        replica.start();
    }

    @Override
    public void stop(String replicaId) {
        var replica = running.get(replicaId);
        if (replica != null) {
            replica.stop();
        }
    }

    @Override
    public void close() {
        var all = List.copyOf(running.values());
        all.forEach(ReplicaProcess::stop);
        all.forEach(ReplicaProcess::awaitEnd);
        endLeft();
        client.close();
    }
}
