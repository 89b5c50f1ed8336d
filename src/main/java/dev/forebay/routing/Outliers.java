package dev.forebay.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The replicas of a fleet that are ejected: never more than their share, and never all. Where a replica goes and more
 * are ejected than the rest allows, those whose time is up first are tried at once.
 */
final class Outliers {
    private double share;
    private final Consumer<Member> refile;
    private final List<Member> ejected = new ArrayList<>();
    private final Set<Member> suspects = new LinkedHashSet<>();

    /** @param refile hears of each replica that this puts out or lets back in */
    Outliers(Ejection.Settings settings, Consumer<Member> refile) {
        this.share = settings.maxEjectedShare();
        this.refile = refile;
    }

    void configure(Ejection.Settings settings) {
        share = settings.maxEjectedShare();
    }

    /** Those that are ejected. */
    int out() {
        return ejected.size();
    }

    /** Outliers that stay in because too many others are out. */
    int suspects() {
        return suspects.size();
    }

    /** After each failure. */
    void judge(Member member, int eligible, Instant now) {
        if (!member.isEligible() || !member.ejection.isOutlier()) {
            return;
        }
        if (ejected.size() < allowed(eligible)) {
            suspects.remove(member);
            member.ejection.eject(now);
            member.nextGeneration();
            ejected.add(member);
            refile.accept(member);
        } else {
            member.ejection.suspect(now);
            if (member.ejection.standing() == Ejection.Standing.SUSPECT) {
                suspects.add(member);
            }
        }
    }

    /** It served, or is no longer one of those that take requests. */
    void acquit(Member member) {
        if (suspects.remove(member)) {
            member.ejection.acquit();
        }
        if (ejected.remove(member)) {
            member.ejection.probe();
        }
    }

    /** After each change of the number of eligible replicas. */
    void keepWithin(int eligible) {
        while (ejected.size() > allowed(eligible)) {
            ejected.stream()
                    .min(Comparator.comparing(member -> member.ejection.until()))
                    .ifPresent(this::letIn);
        }
    }

    /** True if a replica may be tried again. */
    boolean tick(Instant now) {
        suspects.removeIf(member -> {
            var over = !now.isBefore(member.ejection.until());
            if (over) {
                member.ejection.acquit();
            }
            return over;
        });
        var due = ejected.stream()
                .filter(member -> !now.isBefore(member.ejection.until()))
                .toList();
        due.forEach(this::letIn);
        return !due.isEmpty();
    }

    private void letIn(Member member) {
        acquit(member);
        refile.accept(member);
    }

    private int allowed(int eligible) {
        return Math.clamp((int) (share * eligible), 0, Math.max(0, eligible - 1));
    }
}
