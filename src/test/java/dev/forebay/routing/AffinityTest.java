package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.AffinityKey;
import dev.forebay.compute.Replica;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AffinityTest {
    private static final int KEYS = 20_000;

    private final Affinity affinity = new Affinity();

    @Test
    void ofNoReplicaComesNoneAndOfOneNoSecond() {
        assertNull(affinity.first(part("x")));
        var alone = members(1).getFirst();
        affinity.add(alone);
        assertSame(alone, affinity.first(part("x")));
        assertNull(affinity.second(part("x")));
        affinity.remove(alone);
        assertNull(affinity.first(part("x")));
    }

    @Test
    void sharesKeysEvenly() {
        members(20).forEach(affinity::add);
        var keys = new HashMap<String, Integer>();
        for (var i = 0; i < KEYS; i++) {
            keys.merge(first("session-" + i), 1, Integer::sum);
            assertNotSame(affinity.first(part("session-" + i)), affinity.second(part("session-" + i)));
        }
        assertEquals(20, keys.size());
        assertTrue(keys.values().stream().allMatch(n -> n > KEYS / 20 * 0.8 && n < KEYS / 20 * 1.2), keys::toString);
    }

    @Test
    void aReplicaThatComesOrGoesMovesItsShareOnly() {
        members(20).forEach(affinity::add);
        var before = homes();
        var newcomer = member(20);
        affinity.add(newcomer);
        var after = homes();
        var moved = 0;
        for (var i = 0; i < KEYS; i++) {
            if (!before.get(i).equals(after.get(i))) {
                moved++;
                assertEquals(newcomer.id, after.get(i));
            }
        }
        assertEquals(KEYS / 21, moved, KEYS / 21 * 0.25);
        affinity.remove(newcomer);
        assertEquals(before, homes());
    }

    @Test
    void gatewaysAgreeWhateverTheOrderInWhichTheyHeard() {
        var members = members(30);
        members.forEach(affinity::add);
        var other = new Affinity();
        var shuffled = new ArrayList<>(members(33));
        Collections.shuffle(shuffled, new Random(3));
        shuffled.forEach(other::add);
        shuffled.stream()
                .filter(member -> Integer.parseInt(member.id.substring(2)) >= 30)
                .forEach(other::remove);
        for (var i = 0; i < KEYS; i++) {
            var part = part("k" + i);
            assertEquals(id(affinity.first(part)), id(other.first(part)));
            assertEquals(id(affinity.second(part)), id(other.second(part)));
        }
    }

    private List<String> homes() {
        var homes = new ArrayList<String>();
        for (var i = 0; i < KEYS; i++) {
            homes.add(first("session-" + i));
        }
        return homes;
    }

    private String first(String key) {
        return id(affinity.first(part(key)));
    }

    private static String id(@Nullable Member member) {
        assertNotNull(member);
        return member.id;
    }

    private static List<Member> members(int count) {
        var members = new ArrayList<Member>();
        for (var i = 0; i < count; i++) {
            members.add(member(i));
        }
        return members;
    }

    private static Member member(int ordinal) {
        return new Member(new Replica("a/" + ordinal, "a", Rig.endpoint(1)), FleetSettings.defaults(1), Rig.START);
    }

    private static int part(String session) {
        return Affinity.part(new AffinityKey.Session(session));
    }
}
