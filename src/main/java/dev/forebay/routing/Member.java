package dev.forebay.routing;

import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Replica;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A replica in its fleet; its fields are the fleet's and its parts', behind the lock of the fleet. */
final class Member {
    static final int UNLIMITED = Integer.MAX_VALUE;
    private static final double RAMP_MIN = 0.1;

    final String id;
    final long hash;
    final Ejection ejection;
    private int slots;
    private @Nullable AdaptiveLimit adaptive;

    Replica.State state;
    Instant since;
    // Of its last start; both in the distant past for one that was ready when it was first heard of.
    Instant startingSince = Instant.EPOCH;
    Instant readySince = Instant.EPOCH;
    boolean draining;
    boolean cordoned;
    /** It was started by a configuration that is no longer the one. */
    boolean outdated;
    /** The whole nodepool is. */
    boolean closed;
    /** An operator drains it. */
    boolean leaving;

    boolean avoided;
    int inFlight;
    long lastGrant;
    Instant pausedUntil = Instant.EPOCH;
    boolean paused;

    @Nullable
    Endpoint endpoint;

    /** Counts its lives: seats of an earlier one say nothing about this one. */
    int generation;
    /** Seats of this generation that are out. */
    int current;

    long rampFromMillis;
    boolean ramping;

    // As Candidates and Totals have it filed.
    @Nullable
    Candidates filed;

    int place;
    boolean counted;
    boolean countedEligible;
    int countedSlots;
    int countedFree;
    int countedInFlight;

    Member(Replica replica, FleetSettings settings, Instant now) {
        id = replica.id();
        hash = Hash64.of(id);
        ejection = new Ejection(settings.ejection());
        limit(settings);
        state = replica.state();
        since = now;
    }

    /** Its provider reports so. */
    void become(Replica.State next, Instant now) {
        if (state instanceof Replica.State.Starting starting && next instanceof Replica.State.Ready) {
            startingSince = starting.since();
            readySince = now;
        }
        state = next;
        since = next instanceof Replica.State.Starting starting ? starting.since() : now;
    }

    void configure(FleetSettings settings) {
        ejection.configure(settings.ejection());
        limit(settings);
    }

    private void limit(FleetSettings settings) {
        slots = settings.slots() == 0 ? UNLIMITED : settings.slots();
        adaptive = settings.adaptive()
                ? new AdaptiveLimit(settings.slots() == 0 ? AdaptiveLimit.CEILING_DEFAULT : settings.slots())
                : null;
    }

    boolean isReady() {
        return state instanceof Replica.State.Ready;
    }

    /** Ready, and nobody has asked that it get no requests. */
    boolean isEligible() {
        return isReady() && !draining && !cordoned && !leaving && !closed;
    }

    boolean takesRequests() {
        return isEligible() && !paused && ejection.standing() != Ejection.Standing.EJECTED;
    }

    /** It failed of late, or is tried anew after it did. */
    boolean isDoubted() {
        return avoided || ejection.hasErrors();
    }

    /** Not ready yet, or not ready again, but worth waiting for. */
    boolean isComing() {
        return state instanceof Replica.State.Starting
                || (state instanceof Replica.State.Failed failed && !failed.down());
    }

    int limit() {
        return adaptive == null ? slots : adaptive.now();
    }

    /** What it adds to the capacity of its fleet. */
    int capacity() {
        if (!takesRequests()) {
            return 0;
        }
        return isProbed() ? 1 : limit();
    }

    int free() {
        var limit = limit();
        if (!takesRequests() || inFlight >= limit) {
            return 0;
        }
        if (isProbed()) {
            return current == 0 ? 1 : 0;
        }
        return limit == UNLIMITED ? UNLIMITED : limit - inFlight;
    }

    /** How busy it would be with one request more, by its size; a replica that has just become ready counts as a smaller one. */
    double load(long nowMillis, long slowStartMillis) {
        var size = slots == UNLIMITED && adaptive == null ? 1.0 : limit();
        return (inFlight + 1) / (ramping ? size * ramp(nowMillis, slowStartMillis) : size);
    }

    void startRamp(Instant now) {
        rampFromMillis = now.toEpochMilli();
        ramping = true;
    }

    /** Called before its request is taken off the count. */
    void served() {
        if (adaptive != null) {
            adaptive.served(inFlight);
        }
    }

    void overloaded(long grant, long lastGrant) {
        if (adaptive != null) {
            adaptive.overloaded(grant, lastGrant);
        }
    }

    /** What is still in flight was sent to an earlier life, or is known to be lost. */
    void nextGeneration() {
        generation++;
        current = 0;
    }

    /** What was set of it held for this life only. */
    void unmark() {
        draining = false;
        leaving = false;
        cordoned = false;
        outdated = false;
    }

    LiveReplica live(String nodepool) {
        var limit = limit();
        var ejected = isReady() && ejection.standing() == Ejection.Standing.EJECTED;
        return new LiveReplica(
                id,
                nodepool,
                word(),
                inFlight,
                limit == UNLIMITED ? 0 : limit,
                Optional.ofNullable(endpoint),
                ejected ? ejection.since() : since,
                reason());
    }

    boolean isStopped() {
        return state instanceof Replica.State.Stopped;
    }

    /** What a provider says of a workload as a whole is no replica, see {@link dev.forebay.compute.ScaledProvider}. */
    boolean isNote() {
        return id.startsWith("_", id.lastIndexOf('/') + 1);
    }

    Autoscaler.Standing standing() {
        var kind = leaving
                ? Autoscaler.Kind.LEAVING
                : switch (state) {
                    case Replica.State.Ready _ -> draining ? Autoscaler.Kind.DRAINING : Autoscaler.Kind.SERVING;
                    case Replica.State.Starting _ -> Autoscaler.Kind.STARTING;
                    case Replica.State.NoCapacity _ -> Autoscaler.Kind.UNPLACED;
                    case Replica.State.Failed _, Replica.State.Stopped _ -> Autoscaler.Kind.FAILED;
                };
        return new Autoscaler.Standing(id, ordinal(), kind, inFlight, since, outdated);
    }

    /** The number that its id ends with, after the slash or a pod's hyphen; -1 if there is none. */
    private int ordinal() {
        var number = id.substring(Math.max(id.lastIndexOf('/'), id.lastIndexOf('-')) + 1);
        var isNumber =
                !number.isEmpty() && number.length() < 10 && number.chars().allMatch(Character::isDigit);
        return isNumber ? Integer.parseInt(number) : -1;
    }

    private String word() {
        return switch (state) {
            case Replica.State.Starting _ -> "starting";
            case Replica.State.Ready _ when draining || leaving -> "draining";
            case Replica.State.Ready _ when ejection.standing() == Ejection.Standing.EJECTED -> "ejected";
            case Replica.State.Ready _ -> "ready";
            case Replica.State.Failed failed -> failed.down() ? "down" : "failed";
            case Replica.State.NoCapacity _ -> "no_capacity";
            case Replica.State.Stopped _ -> "stopped";
        };
    }

    private Optional<String> reason() {
        if (state instanceof Replica.State.NoCapacity without) {
            return Optional.of(without.reason());
        }
        if (state instanceof Replica.State.Failed failed) {
            return Optional.of(failed.reason());
        }
        if (state instanceof Replica.State.Starting starting && !starting.note().isEmpty()) {
            return Optional.of(starting.note());
        }
        if (cordoned) {
            return Optional.of("cordoned");
        }
        if (closed && isReady()) {
            return Optional.of("its nodepool is cordoned");
        }
        if (!isEligible()) {
            return Optional.empty();
        }
        if (paused) {
            return Optional.of("its server asked for no request before " + pausedUntil);
        }
        return switch (ejection.standing()) {
            case SOUND -> Optional.empty();
            case SUSPECT -> Optional.of("fails, but too few others are left to do without it");
            case EJECTED -> Optional.of("failed too often; is tried again at " + ejection.until());
            case PROBED -> Optional.of("failed too often; gets one request at a time until one is served");
        };
    }

    private boolean isProbed() {
        return ejection.standing() == Ejection.Standing.PROBED;
    }

    private double ramp(long nowMillis, long slowStartMillis) {
        var elapsed = nowMillis - rampFromMillis;
        if (elapsed >= slowStartMillis) {
            ramping = false;
            return 1;
        }
        return Math.max(RAMP_MIN, (double) elapsed / slowStartMillis);
    }
}
