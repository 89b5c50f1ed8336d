package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Replicas whose last attempt failed a moment ago, in the order in which that is forgotten. */
final class Avoided {
    private final long lastsMillis;
    private final Consumer<Member> refile;
    private final Map<Member, Long> untilMillis = new LinkedHashMap<>();

    /** @param refile hears of each replica whose time is up */
    Avoided(Duration lasts, Consumer<Member> refile) {
        this.lastsMillis = lasts.toMillis();
        this.refile = refile;
    }

    void add(Member member, Instant now) {
        untilMillis.remove(member);
        untilMillis.put(member, now.toEpochMilli() + lastsMillis);
        member.avoided = true;
    }

    void remove(Member member) {
        if (member.avoided) {
            member.avoided = false;
            untilMillis.remove(member);
        }
    }

    void expire(long nowMillis) {
        while (!untilMillis.isEmpty()) {
            var next = untilMillis.entrySet().iterator().next();
            if (next.getValue() > nowMillis) {
                return;
            }
            remove(next.getKey());
            refile.accept(next.getKey());
        }
    }
}
