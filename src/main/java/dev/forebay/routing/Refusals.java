package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import dev.forebay.config.Nearest;
import dev.forebay.routing.RouterCore.Action.Refuse;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is said to those who are turned away, and when to come again: 429 while there are replicas that serve, 503 while
 * there are none. The time is what those ahead will take, or what a replica that starts still needs.
 */
final class Refusals {
    private static final Duration BUSY_MAX = Duration.ofSeconds(60);
    private static final Duration COLD_MAX = Duration.ofMinutes(5);
    private static final int SHOWN_MAX = 100;

    private final String model;
    private final Places places;
    private final WaitingLine line;
    private final Demand demand;
    private final SpillOver spill;

    Refusals(String model, Places places, WaitingLine line, Demand demand, SpillOver spill) {
        this.model = model;
        this.places = places;
        this.line = line;
        this.demand = demand;
        this.spill = spill;
    }

    Refuse disabled(Ticket ticket) {
        return new Refuse(
                ticket, new ModelFailure.NoCapacity("the deployment of model " + model + " is disabled", BUSY_MAX));
    }

    Refuse gone(Ticket ticket) {
        return new Refuse(ticket, new ModelFailure.NoCapacity("model " + model + " is not served any more", BUSY_MAX));
    }

    Refuse unknownNodepool(Ticket ticket) {
        var wanted = ticket.request.nodepool().orElse("");
        var shown = wanted.length() <= SHOWN_MAX ? wanted : wanted.substring(0, SHOWN_MAX) + "…";
        return new Refuse(
                ticket,
                new ModelFailure.UnknownModel(
                        "model " + model + " is not served by a nodepool \"" + shown + "\""
                                + Nearest.hint(shown, places.nodepools()),
                        null,
                        "nodepool_not_found"));
    }

    Refuse noOther(Ticket ticket, Instant now) {
        return none(ticket, "no other replica to try", now);
    }

    Refuse down(Ticket ticket, Instant now) {
        return none(
                ticket,
                "model " + model + " cannot be served: " + places.whyDown(ticket) + "; the gateway's log says more",
                now);
    }

    /** Null if it may be served before its deadline, as far as that can be told. */
    @Nullable
    Refuse tooLate(Ticket ticket, Instant now) {
        var wait = expectedWait(ticket);
        if (wait == null || !now.plus(wait).isAfter(ticket.request.deadline())) {
            return null;
        }
        return busy(
                ticket,
                "model " + model + " is busy: the wait would be about " + wait.toSeconds()
                        + " s, longer than the request may take",
                now);
    }

    Refuse full(Ticket ticket, String which, Instant now) {
        return busy(ticket, "the queue of model " + model + " is full (" + which + "); try again later", now);
    }

    Refuse displaced(Ticket ticket, Instant now) {
        return busy(
                ticket,
                "the queue of model " + model + " is full, and requests of higher priority came; try again later",
                now);
    }

    Refuse waitedTooLong(Ticket ticket, boolean warm, Instant now) {
        var message = "model " + model + (warm ? " is busy" : " has no replica that is ready") + ": waited "
                + Duration.between(ticket.arrived, now).toSeconds() + " s for a slot; try again later";
        return warm ? busy(ticket, message, now) : none(ticket, message, now);
    }

    private Refuse busy(Ticket ticket, String message, Instant now) {
        return new Refuse(ticket, new ModelFailure.Overloaded(message, retryAfter(ticket, now)));
    }

    private Refuse none(Ticket ticket, String message, Instant now) {
        return new Refuse(ticket, new ModelFailure.NoCapacity(message, retryAfter(ticket, now)));
    }

    /** Null while no replica serves. */
    private @Nullable Duration expectedWait(Ticket ticket) {
        var capacity = places.capacity(spill.openCount());
        if (capacity == 0) {
            return null;
        }
        var seconds = line.ahead(ticket.request.priority()) * demand.serviceSeconds(0) / capacity;
        return Duration.ofMillis((long) (1000 * seconds));
    }

    private Duration retryAfter(Ticket ticket, Instant now) {
        var wait = expectedWait(ticket);
        if (wait != null) {
            return spread(ticket, wait, BUSY_MAX);
        }
        return places.pools(now).stream()
                .flatMap(pool -> pool.readyNext().stream())
                .min(Instant::compareTo)
                .map(done -> spread(ticket, Duration.between(now, done), COLD_MAX))
                .orElse(Duration.ofSeconds(1));
    }

    /** Up to a fifth more or less, so that those who were refused together don't come back together. */
    private static Duration spread(Ticket ticket, Duration wait, Duration max) {
        var percent = 80 + Math.floorMod(ticket.arrived.toEpochMilli(), 41);
        var seconds = Math.ceil(wait.toMillis() / 1000.0 * percent / 100);
        return Duration.ofSeconds(Math.clamp((long) seconds, 1, max.toSeconds()));
    }
}
