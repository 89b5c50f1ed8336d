package dev.forebay.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events of one watch on their way to the thread that follows it. At most {@link #EVENTS_MAX} wait; a watch that brings
 * more before they are taken has its reader wait.
 */
final class PodEvents implements Watcher<Pod> {
    private static final int EVENTS_MAX = 1024;

    sealed interface Event {
        record Changed(Pod pod) implements Event {}

        record Deleted(String name) implements Event {}

        record Ended(String reason) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private volatile boolean over;

    @Override
    public void eventReceived(Action action, @Nullable Pod pod) {
        switch (action) {
            case ADDED, MODIFIED -> {
                if (pod != null) {
                    put(new Event.Changed(pod));
                }
            }
            case DELETED -> {
                if (pod != null) {
                    put(new Event.Deleted(pod.getMetadata().getName()));
                }
            }
            case ERROR -> put(new Event.Ended("an error event"));
            // Progress is of no use to us: after a watch everything is listed anew.
            case BOOKMARK -> {}
        }
    }

    @Override
    public void onClose(@Nullable WatcherException cause) {
        put(new Event.Ended(cause == null ? "closed" : String.valueOf(cause.getMessage())));
    }

    @Override
    public void onClose() {
        put(new Event.Ended("closed"));
    }

    private void put(Event event) {
        try {
            var taken = false;
            while (!over && !taken) {
                taken = events.offer(event, 1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty if none came within the patience. */
    Optional<Event> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Nobody takes events any more, so that nobody need wait with one. */
    void end() {
        over = true;
        events.clear();
    }
}
