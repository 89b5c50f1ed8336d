package dev.forebay.kubernetes;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.forebay.compute.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a provider told of its replicas, to be waited for. */
final class Told implements Consumer<Replica> {
    private final LinkedBlockingQueue<Replica> queue = new LinkedBlockingQueue<>();
    private final List<Replica> untaken = new ArrayList<>();

    @Override
    public void accept(Replica replica) {
        queue.add(replica);
    }

    /** The next report of this replica in such a state; what it was before is passed over, other replicas are not. */
    <S extends Replica.State> S await(String id, Class<S> state) throws InterruptedException {
        while (true) {
            for (var told : List.copyOf(untaken)) {
                if (told.id().equals(id)) {
                    untaken.remove(told);
                    if (state.isInstance(told.state())) {
                        return state.cast(told.state());
                    }
                }
            }
            var next = queue.poll(20, TimeUnit.SECONDS);
            assertNotNull(next, () -> id + " was not reported as " + state.getSimpleName() + "; told else: " + untaken);
            untaken.add(next);
        }
    }

    List<Replica> untaken() {
        queue.drainTo(untaken);
        return List.copyOf(untaken);
    }
}
