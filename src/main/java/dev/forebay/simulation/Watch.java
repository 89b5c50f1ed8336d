package dev.forebay.simulation;

import dev.forebay.routing.Live;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How closely a run is looked at.
 *
 * @param eachEvent whether the invariants are looked at after each event, else four times a second
 * @param also looked at together with them
 * @param nanos a clock for {@code decided}
 * @param decided hears how long each request took to be placed, queued or refused
 */
record Watch(boolean eachEvent, Journal journal, Consumer<Live> also, LongSupplier nanos, LongConsumer decided) {
    static Watch closely() {
        return new Watch(true, Journal.none(), _ -> {}, () -> 0, _ -> {});
    }

    static Watch loosely() {
        return new Watch(false, Journal.none(), _ -> {}, () -> 0, _ -> {});
    }

    Watch with(Journal other) {
        return new Watch(eachEvent, other, also, nanos, decided);
    }

    Watch also(Consumer<Live> check) {
        return new Watch(eachEvent, journal, check, nanos, decided);
    }

    Watch timing(LongSupplier clock, LongConsumer times) {
        return new Watch(eachEvent, journal, also, clock, times);
    }
}
