package dev.forebay.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * All that comes from outside in one run, in order of time: what a {@link Scenario} and a seed make, or a part of that.
 * Requests are made as they are asked for.
 */
record Workload(Iterable<Arrival> arrivals, List<Fault> faults) {
    Workload {
        faults = List.copyOf(faults);
    }

    static Workload of(Scenario scenario, long seed) {
        return new Workload(() -> new Poisson(scenario, random(seed, 1)), faults(scenario, random(seed, 2)));
    }

    /** A sequence of its own for each purpose, so that more of one changes nothing of another. */
    static RandomGenerator random(long seed, long purpose) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + purpose);
    }

    private static List<Fault> faults(Scenario scenario, RandomGenerator random) {
        var faults = new ArrayList<Fault>();
        for (var outage : scenario.faults().outages()) {
            faults.add(new Fault.Outage(
                    outage.from().toNanos(), outage.nodepool(), outage.length().toNanos()));
        }
        var kills = scenario.faults().kills();
        if (kills > 0) {
            var end = scenario.length().toNanos();
            for (long at = 0; (at += (long) (random.nextExponential() * 60e9 / kills)) < end; ) {
                faults.add(new Fault.Kill(at, random.nextDouble()));
            }
        }
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        return faults;
    }

    private static final class Poisson implements Iterator<Arrival> {
        private final Scenario scenario;
        private final Scenario.Clients clients;
        private final double leaveNanos;
        private final RandomGenerator random;
        private final String[] keys;
        private int phase = -1;
        private double from;
        private double ends;
        private double next;
        private long number;

        Poisson(Scenario scenario, RandomGenerator random) {
            this.scenario = scenario;
            this.clients = scenario.clients();
            this.random = random;
            this.leaveNanos = scenario.behaviour(
                            scenario.deployment().nodepoolIds().getFirst())
                    .service()
                    .toNanos();
            this.keys = new String[clients.keys()];
            for (var i = 0; i < keys.length; i++) {
                keys[i] = clients.keys() == 1 ? "" : "key-" + i;
            }
            draw();
        }

        @Override
        public boolean hasNext() {
            return phase < scenario.load().size();
        }

        @Override
        public Arrival next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var arrival = new Arrival(
                    ++number,
                    (long) next,
                    random.nextExponential(),
                    random.nextDouble() < clients.cancelled() ? (long) (random.nextExponential() * leaveNanos) : -1,
                    (long) ((0.5 + random.nextDouble()) * clients.deadline().toNanos()),
                    keys[keys.length == 1 ? 0 : random.nextInt(keys.length)],
                    clients.priorities() == 1 ? 0 : -random.nextInt(clients.priorities()),
                    clients.tokens() == 1 ? 1 : 1 + random.nextInt(2 * clients.tokens()));
            draw();
            return arrival;
        }

        /** A phase that ends before the next would come begins the wait anew, which a Poisson process does not notice. */
        private void draw() {
            while (hasNext()) {
                if (phase >= 0) {
                    var rate = scenario.load().get(phase).rate();
                    next = rate > 0 ? from + random.nextExponential() * 1e9 / rate : ends;
                    if (next < ends) {
                        from = next;
                        return;
                    }
                }
                phase++;
                from = ends;
                if (hasNext()) {
                    ends += scenario.load().get(phase).length().toNanos();
                }
            }
        }
    }
}
