package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** What attempts show of the replicas of a fleet, and which of them are left alone for a while because of it. */
final class Health {
    /** A replica that failed is passed over this long where another one is free. */
    private static final Duration AVOIDED = Duration.ofSeconds(5);

    private Ejection.Settings settings;
    private final Choice choice;
    private final Outliers outliers;
    private final Avoided avoided;
    private final Set<Member> paused = new LinkedHashSet<>();

    Health(Ejection.Settings settings, Choice choice) {
        this.settings = settings;
        this.choice = choice;
        this.outliers = new Outliers(settings, choice::refile);
        this.avoided = new Avoided(AVOIDED, choice::refile);
    }

    void configure(Ejection.Settings next) {
        settings = next;
        outliers.configure(next);
    }

    Outliers outliers() {
        return outliers;
    }

    /** Before each choice: failures that are long enough ago count no more. */
    void forgive(Instant now) {
        avoided.expire(now.toEpochMilli());
    }

    /**
     * @param seat one whose request has just ended, and is still counted as in flight
     * @param lastGrant of the fleet
     */
    void learn(Seat seat, Lease.Ended ended, long lastGrant, Instant now) {
        var member = seat.member;
        switch (ended) {
            case SERVED -> {
                member.served();
                serves(member, now);
            }
            case BUSY -> {
                member.ejection.reached();
                member.overloaded(seat.grant, lastGrant);
                avoided.add(member, now);
            }
            case FAILED -> {
                member.ejection.failed();
                member.overloaded(seat.grant, lastGrant);
                avoided.add(member, now);
                outliers.judge(member, choice.totals().eligible(), now);
            }
            case UNREACHABLE -> {
                member.ejection.unreachable();
                avoided.add(member, now);
                outliers.judge(member, choice.totals().eligible(), now);
            }
            case UNKNOWN -> {}
        }
    }

    void serves(Member member, Instant now) {
        if (member.ejection.standing() == Ejection.Standing.PROBED) {
            member.startRamp(now);
        }
        outliers.acquit(member);
        member.ejection.sound();
        avoided.remove(member);
    }

    void pause(Member member, Duration wish, Instant now) {
        member.paused = true;
        member.pausedUntil = now.plus(wish.compareTo(settings.max()) < 0 ? wish : settings.max());
        paused.add(member);
        choice.refile(member);
    }

    /** True if a replica may be tried again. */
    boolean tick(Instant now) {
        var due = paused.stream()
                .filter(member -> !now.isBefore(member.pausedUntil))
                .toList();
        for (var member : due) {
            resume(member);
            choice.refile(member);
        }
        var readmitted = outliers.tick(now);
        return readmitted || !due.isEmpty();
    }

    /** It is not ready any more: what it showed concerns an earlier life. */
    void leave(Member member) {
        outliers.acquit(member);
        avoided.remove(member);
        resume(member);
        member.nextGeneration();
    }

    private void resume(Member member) {
        member.paused = false;
        paused.remove(member);
    }
}
