package dev.forebay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of keys must do. */
public interface KeyStoreContract {
    Instant NOW = Instant.parse("2026-11-25T08:00:00.123Z");

    KeyStore store();

    static ApiKey key(String id, String hash, Instant createdAt, Optional<Instant> expiresAt) {
        return new ApiKey(
                id,
                "a name; \"quoted\"",
                "local",
                hash,
                Set.of(Scope.INFERENCE, Scope.METRICS),
                createdAt,
                expiresAt,
                Optional.empty());
    }

    @Test
    default void keepsKeysAsTheyAreOldestFirst() {
        var older = key("key_b", "aa", NOW, Optional.empty());
        var newer = key("key_a", "bb", NOW.plusSeconds(1), Optional.of(NOW.plusSeconds(60)));
        store().insert(older);
        store().insert(newer);
        assertEquals(List.of(older, newer), store().all());
    }

    @Test
    default void revokesOnce() {
        store().insert(key("key_a", "aa", NOW, Optional.empty()));
        store().revoke("key_a", NOW);
        store().revoke("key_a", NOW.plusSeconds(9));
        store().revoke("key_none", NOW);
        assertEquals(Optional.of(NOW), store().all().getFirst().revokedAt());
    }

    @Test
    default void refusesASecondKeyOfTheSameIdOrHash() {
        store().insert(key("key_a", "aa", NOW, Optional.empty()));
        assertThrows(IllegalStateException.class, () -> store().insert(key("key_a", "bb", NOW, Optional.empty())));
        assertThrows(IllegalStateException.class, () -> store().insert(key("key_b", "aa", NOW, Optional.empty())));
        assertEquals(1, store().all().size());
    }

    @Test
    default void takesTheHashOfARevokedKeyAgain() {
        store().insert(key("key_a", "aa", NOW, Optional.empty()));
        store().revoke("key_a", NOW);
        store().insert(key("key_b", "aa", NOW.plusSeconds(1), Optional.empty()));
        assertEquals(2, store().all().size());
    }
}
