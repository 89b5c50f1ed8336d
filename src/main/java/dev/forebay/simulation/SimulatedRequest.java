package dev.forebay.simulation;

import dev.forebay.chat.ModelFailure;
import dev.forebay.routing.Lease;
import dev.forebay.routing.Router;
import dev.forebay.routing.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request from its arrival to its end, tries again included. */
final class SimulatedRequest implements Waiter {
    private static final int TRIES = 3;

    private final Simulation simulation;
    private final Instant arrived;
    private final Set<String> tried = new HashSet<>();
    private Router.@Nullable Ticket ticket;
    private @Nullable Lease lease;
    private long wait;
    private boolean over;

    SimulatedRequest(Simulation simulation, Instant arrived) {
        this.simulation = simulation;
        this.arrived = arrived;
    }

    void ask(Set<String> excluded) {
        var asked = simulation.router().lease(simulation.request(excluded), this);
        if (!over && lease == null) {
            ticket = asked;
        }
    }

    @Override
    public void granted(Lease granted) {
        ticket = null;
        if (over) {
            granted.release(Lease.Ended.UNKNOWN);
            return;
        }
        lease = granted;
        if (tried.isEmpty()) {
            wait = Duration.between(arrived, simulation.time().instant()).toNanos();
        }
        simulation.replicas().serve(granted.replica(), this);
        simulation.time().inSeconds(simulation.serviceSeconds(granted.nodepool()), () -> {
            if (lease == granted) {
                end(granted, Lease.Ended.SERVED);
                simulation.tally().served++;
                simulation.tally().waited(wait);
            }
        });
    }

    @Override
    public void refused(ModelFailure failure) {
        over = true;
        ticket = null;
        if (tried.isEmpty()) {
            simulation.tally().refused++;
        } else {
            simulation.tally().lost++;
        }
    }

    /** Its client goes away. */
    void leave() {
        if (over) {
            return;
        }
        simulation.tally().cancelled++;
        if (lease != null) {
            end(lease, Lease.Ended.UNKNOWN);
        } else {
            over = true;
            if (ticket != null) {
                ticket.cancel();
            }
        }
    }

    /** Its replica was killed before anything had come. */
    void cut() {
        var failed = lease;
        if (failed == null) {
            return;
        }
        lease = null;
        tried.add(failed.replica());
        if (tried.size() >= TRIES) {
            over = true;
            simulation.tally().lost++;
            failed.release(Lease.Ended.FAILED);
        } else {
            failed.release(Lease.Ended.FAILED);
            ask(tried);
        }
    }

    private void end(Lease held, Lease.Ended how) {
        over = true;
        lease = null;
        simulation.replicas().done(held.replica(), this);
        held.release(how);
    }
}
