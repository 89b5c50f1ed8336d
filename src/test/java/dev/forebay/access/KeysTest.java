package dev.forebay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class KeysTest {
    private Instant now = Instant.parse("2026-11-25T08:00:00Z");
    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final KeyHash hash = new KeyHash(new byte[32]);
    private final Keys keys = new Keys(store, hash, () -> now, new SecureRandom());

    @Test
    void anIssuedKeyOpens() {
        var issued = issue(Optional.empty());
        var caller = keys.authenticate(issued.token().reveal()).orElseThrow();
        assertEquals(new Caller(issued.key().id(), "ann", Set.of(Scope.INFERENCE)), caller);
    }

    @Test
    void aKeyIsShownByNobody() {
        var issued = issue(Optional.empty());
        assertFalse(issued.toString().contains(issued.token().reveal()));
        assertFalse(store.all().toString().contains(issued.token().reveal()));
    }

    @Test
    void aTokenHasItsPrefixItsLengthAndItsChecksum() {
        var token = issue(Optional.empty()).token().reveal();
        assertTrue(token.matches("fb_[A-Za-z0-9_-]{49}"), token);
        assertNotEquals(token, issue(Optional.empty()).token().reveal());
    }

    @Test
    void aMistypedKeyIsToldFromAnUnknownOne() {
        var token = issue(Optional.empty()).token().reveal();
        var other = token.charAt(10) == 'x' ? 'y' : 'x';
        assertRefused(Refusal.MISTYPED, token.substring(0, 10) + other + token.substring(11));
        assertRefused(Refusal.MISTYPED, token.substring(0, token.length() - 1));
        assertRefused(Refusal.UNKNOWN, keys.newToken());
        assertRefused(Refusal.UNKNOWN, "sk-some-other-provider's-key");
        assertRefused(Refusal.UNKNOWN, "");
        assertRefused(Refusal.UNKNOWN, "x".repeat(100_000));
        assertRefused(Refusal.UNKNOWN, "ключ".repeat(10));
    }

    @Test
    void anExpiredKeyDoesNotOpen() {
        var token = issue(Optional.of(now.plusSeconds(10))).token().reveal();
        assertTrue(keys.authenticate(token).isPresent());
        now = now.plusSeconds(10);
        assertRefused(Refusal.EXPIRED, token);
    }

    @Test
    void aRevokedKeyDoesNotOpenFromThatMomentOn() {
        var issued = issue(Optional.empty());
        keys.revoke(issued.key().id());
        assertRefused(Refusal.REVOKED, issued.token().reveal());
    }

    @Test
    void keysComeBackFromTheStore() {
        var token = issue(Optional.empty()).token().reveal();
        var next = new Keys(store, hash, () -> now, new SecureRandom());
        assertTrue(next.authenticate(token).isEmpty());
        next.load();
        assertTrue(next.authenticate(token).isPresent());
    }

    @Test
    void anotherPepperOpensNothing() {
        var token = issue(Optional.empty()).token().reveal();
        var pepper = new byte[32];
        pepper[0] = 1;
        var next = new Keys(store, new KeyHash(pepper), () -> now, new SecureRandom());
        next.load();
        assertTrue(next.authenticate(token).isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new KeyHash(new byte[31]));
    }

    @Test
    void manyThreadsAuthenticateWhileKeysChange() throws Exception {
        var token = issue(Optional.empty()).token().reveal();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var answers = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
            for (var i = 0; i < 4; i++) {
                answers.add(threads.submit(() -> {
                    var good = true;
                    for (var n = 0; n < 2000; n++) {
                        good &= keys.authenticate(token).isPresent()
                                && keys.authenticate(token + "x").isEmpty();
                    }
                    return good;
                }));
            }
            for (var i = 0; i < 20; i++) {
                keys.revoke(issue(Optional.empty()).key().id());
            }
            for (var answer : answers) {
                assertTrue(answer.get());
            }
        }
    }

    private Keys.Issued issue(Optional<Instant> expiresAt) {
        return keys.issue("test", "ann", Set.of(Scope.INFERENCE), expiresAt);
    }

    private void assertRefused(Refusal why, String token) {
        assertTrue(keys.authenticate(token).isEmpty());
        assertEquals(why, keys.whyRefused(token));
    }
}
