package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Collects what a provider reports. */
final class Changes implements Consumer<Replica> {
    private final LinkedBlockingQueue<Replica> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(Replica replica) {
        queue.add(replica);
    }

    Replica.State next() throws InterruptedException {
        var next = queue.poll(20, TimeUnit.SECONDS);
        assertNotNull(next, "no change came");
        return next.state();
    }

    <S extends Replica.State> S next(Class<S> kind) throws InterruptedException {
        return kind.cast(next());
    }

    List<Replica> reported() {
        return new ArrayList<>(queue);
    }
}
