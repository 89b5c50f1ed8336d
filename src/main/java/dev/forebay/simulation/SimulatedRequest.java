package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import dev.forebay.chat.ModelFailure;
import dev.forebay.routing.Lease;
import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.Router;
import dev.forebay.routing.Waiter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request from its arrival to its end, tries again included. */
final class SimulatedRequest implements Waiter {
    private static final int TRIES = 3;

    /** Share of the time of service after which the answer has begun: from then on nothing is tried again. */
    private static final double BEGINS = 0.1;

    private final Simulation simulation;
    private final Arrival arrival;
    private Set<String> tried = Set.of();
    private Router.@Nullable Ticket ticket;
    private @Nullable Lease lease;
    private SimulatedReplicas.@Nullable Simulated replica;
    /** Its place among the requests of its replica, which is the one to say so. */
    int seat;

    private long servedSince;
    private long beginsAt;
    private long wait;
    private long asked;
    private boolean answered = true;
    private boolean over;

    SimulatedRequest(Simulation simulation, Arrival arrival) {
        this.simulation = simulation;
        this.arrival = arrival;
    }

    Arrival arrival() {
        return arrival;
    }

    long number() {
        return arrival.number();
    }

    boolean isAnotherTry() {
        return !tried.isEmpty();
    }

    boolean isWaiting() {
        return ticket != null;
    }

    /** In nanoseconds of virtual time. */
    long servedSince() {
        return servedSince;
    }

    void ask() {
        answered = false;
        asked = simulation.watch().nanos().getAsLong();
        var place = simulation.router().lease(request(), this);
        decided();
        if (!over && lease == null) {
            ticket = place;
            simulation.waiting().enter(this);
            simulation.note(this, "waits");
        }
    }

    private LeaseRequest request() {
        var now = simulation.time();
        return new LeaseRequest(
                simulation.model(),
                tried,
                now.instant().plusNanos(arrival.atNanos() + arrival.deadlineNanos() - now.nanos()),
                arrival.tenant(),
                arrival.priority(),
                arrival.tokens(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    private void decided() {
        if (!answered) {
            answered = true;
            simulation.watch().decided().accept(simulation.watch().nanos().getAsLong() - asked);
        }
    }

    @Override
    public void granted(Lease granted) {
        decided();
        need(!over && lease == null, "I7: request " + number() + " got a slot after it had ended or had one");
        need(
                !tried.contains(granted.replica()),
                "I11: request " + number() + " came to " + granted.replica() + " twice");
        lease = granted;
        var now = simulation.time().nanos();
        if (tried.isEmpty()) {
            wait = now - arrival.atNanos();
        }
        simulation.note(this, "gets a slot of ", granted.replica());
        replica = simulation.replicas().serve(granted.replica(), this);
        simulation.placements().granted(this, granted.nodepool());
        stopWaiting();
        var service = (long) (arrival.service() * simulation.serviceNanos(granted.nodepool()));
        servedSince = now;
        beginsAt = now + (long) (BEGINS * service);
        simulation.time().inNanos(service, () -> {
            if (lease == granted) {
                simulation.note(this, "is served");
                simulation.tally().served++;
                simulation.tally().waited(wait);
                end(granted, Lease.Ended.SERVED);
            }
        });
    }

    @Override
    public void refused(ModelFailure failure) {
        decided();
        need(!over && lease == null, "I7: request " + number() + " was refused after it had ended or got a slot");
        simulation.note(this, "is refused: ", failure.word());
        over = true;
        if (tried.isEmpty()) {
            simulation.tally().refused(failure.word());
        } else {
            need(
                    isWaiting()
                            || failure instanceof ModelFailure.Overloaded
                            || !simulation.replicas().isAnyBut(tried),
                    "I9: request " + number() + " is lost though another replica could serve it: "
                            + failure.getMessage());
            simulation.tally().lost++;
        }
        stopWaiting();
    }

    /** Its client goes away. */
    void leave() {
        if (over) {
            return;
        }
        simulation.note(this, "leaves");
        simulation.tally().cancelled++;
        if (lease != null) {
            end(lease, Lease.Ended.UNKNOWN);
        } else {
            over = true;
            var left = ticket;
            stopWaiting();
            if (left != null) {
                left.cancel();
            }
        }
    }

    /** Its replica is gone. */
    void cut() {
        var failed = lease;
        if (failed == null) {
            return;
        }
        var begun = simulation.time().nanos() >= beginsAt;
        if (begun) {
            simulation.note(this, "is cut off");
            simulation.tally().broken++;
            end(failed, Lease.Ended.FAILED);
            return;
        }
        tried = new HashSet<>(tried);
        tried.add(failed.replica());
        if (tried.size() >= TRIES) {
            simulation.note(this, "is lost after ", TRIES + " tries");
            simulation.tally().lost++;
            end(failed, Lease.Ended.FAILED);
        } else {
            simulation.note(this, "is tried again");
            release(failed, Lease.Ended.FAILED);
            ask();
        }
    }

    private void stopWaiting() {
        if (ticket != null) {
            ticket = null;
            simulation.waiting().leave(this);
            simulation.placements().left(this);
        }
    }

    private void end(Lease held, Lease.Ended how) {
        over = true;
        release(held, how);
    }

    private void release(Lease held, Lease.Ended how) {
        lease = null;
        if (replica != null) {
            replica.leave(this);
            replica = null;
        }
        held.release(how);
    }
}
