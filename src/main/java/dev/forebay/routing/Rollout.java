package dev.forebay.routing;

import dev.forebay.routing.Autoscaler.Kind;
import dev.forebay.routing.Autoscaler.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which replicas go, and how many come, so that as many as are wanted serve. Where some were started by an earlier
 * configuration, they are replaced without serving with fewer: one more than wanted is started, and one of the old goes
 * once a new one serves. Where there is no room for one more, an old one goes first. New ones that fail leave the old
 * ones as they are.
 */
final class Rollout {
    private final List<Standing> fresh;
    private final List<Standing> outdated;

    /** @param staying that neither drain nor stop, in the order in which they would go */
    Rollout(List<Standing> staying) {
        this.fresh = staying.stream().filter(each -> !each.outdated()).toList();
        this.outdated = staying.stream().filter(Standing::outdated).toList();
    }

    boolean isUnderWay() {
        return !outdated.isEmpty();
    }

    /** @param nothingDrains whether no replica is on its way out already */
    List<Standing> leaving(int desired, boolean nothingDrains) {
        var tooMany = Math.max(0, fresh.size() - desired);
        var leaving = new ArrayList<>(fresh.subList(0, tooMany));
        outdated.stream().filter(each -> each.kind() != Kind.SERVING).forEach(leaving::add);
        var old = serving(outdated).toList();
        var young = serving(fresh.subList(tooMany, fresh.size())).count();
        var surplus = Math.clamp(young + old.size() - desired, 0, old.size());
        if (surplus == 0 && !old.isEmpty() && nothingDrains && isWithoutRoom()) {
            surplus = 1;
        }
        leaving.addAll(old.subList(0, surplus));
        return leaving;
    }

    /** How many are to be started. */
    int starting(int desired) {
        var missing = desired - fresh.size();
        var old = (int) serving(outdated).count();
        return Math.max(0, old == 0 ? missing : Math.min(missing, desired + 1 - fresh.size() - old));
    }

    private static Stream<Standing> serving(List<Standing> among) {
        return among.stream().filter(each -> each.kind() == Kind.SERVING);
    }

    private boolean isWithoutRoom() {
        return fresh.stream().anyMatch(each -> each.kind() == Kind.UNPLACED);
    }
}
