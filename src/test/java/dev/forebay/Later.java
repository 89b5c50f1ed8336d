package dev.forebay;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** What a thread of its own is working on. */
final class Later<T> extends FutureTask<T> {
    private Later(Callable<T> work) {
        super(work);
    }

    static <T> Later<T> of(Callable<T> work) {
        var later = new Later<>(work);
        Thread.ofVirtual().start(later);
        return later;
    }
}
