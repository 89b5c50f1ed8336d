package dev.forebay.access;

import dev.forebay.config.Secret;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys that open this gateway, in memory. {@link #authenticate} takes no lock and never blocks: it is asked on event
 * loops for every request. What changes keys writes to the store first, and blocks.
 */
public final class Keys {
    /**
     * A key that has just been made.
     *
     * @param token to be shown once; nothing keeps it
     */
    public record Issued(ApiKey key, Secret token) {}

    private static final class Entry {
        private final ApiKey key;
        private final byte[] hash;
        private final Optional<Caller> caller;

        Entry(ApiKey key) {
            this.key = key;
            this.hash = HEX.parseHex(key.hash());
            this.caller = Optional.of(new Caller(key.id(), key.user(), key.scopes()));
        }
    }

    private static final HexFormat HEX = HexFormat.of();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final KeyStore store;
    private final KeyHash hash;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** By the first eight bytes of the hash; replaced as a whole. */
    private volatile Map<Long, Entry> entries = Map.of();

    /** @param random of cryptographic strength */
    public Keys(KeyStore store, KeyHash hash, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.hash = hash;
        this.clock = clock;
        this.random = random;
    }

    /** Reads all keys from the store. Until then no key opens anything. */
    public synchronized void load() {
        publish(store.all());
    }

    /** Whoever stands behind the token; empty if it opens nothing. */
    public Optional<Caller> authenticate(String token) {
        var entry = find(token);
        return entry != null && refusal(entry.key) == null ? entry.caller : Optional.empty();
    }

    /** Why {@link #authenticate} said no. */
    public Refusal whyRefused(String token) {
        var entry = find(token);
        if (entry == null) {
            return Token.isMistyped(token) ? Refusal.MISTYPED : Refusal.UNKNOWN;
        }
        var refusal = refusal(entry.key);
        return refusal == null ? Refusal.UNKNOWN : refusal;
    }

    /** Every key, revoked ones included, oldest first. */
    public List<ApiKey> all() {
        return store.all();
    }

    /** Makes a key with a random token. */
    public Issued issue(String name, String user, Set<Scope> scopes, Optional<Instant> expiresAt) {
        return add(newToken(), name, user, scopes, expiresAt);
    }

    String newToken() {
        return Token.generate(random);
    }

    /** Makes a key of a token that somebody chose. */
    synchronized Issued add(String token, String name, String user, Set<Scope> scopes, Optional<Instant> expiresAt) {
        // The store keeps milliseconds.
        var createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var key = new ApiKey(newId(), name, user, hash.of(token), scopes, createdAt, expiresAt, Optional.empty());
        store.insert(key);
        publish(store.all());
        return new Issued(key, Secret.of(token));
    }

    /** From the return of this method on, the key opens nothing. */
    public synchronized void revoke(String id) {
        store.revoke(id, clock.instant());
        publish(store.all());
    }

    /** The key of a token, whether it opens something or not. */
    Optional<ApiKey> find(Secret token) {
        return Optional.ofNullable(find(token.reveal())).map(entry -> entry.key);
    }

    private @Nullable Entry find(String token) {
        if (token.length() < Token.LENGTH_MIN || token.length() > Token.LENGTH_MAX) {
            return null;
        }
        var bytes = hash.bytes(token);
        var entry = entries.get(prefix(bytes));
        // The map tells at most how many leading bytes of an HMAC agree, which nobody without the pepper can aim at.
        return entry != null && MessageDigest.isEqual(entry.hash, bytes) ? entry : null;
    }

    private @Nullable Refusal refusal(ApiKey key) {
        if (key.isRevoked()) {
            return Refusal.REVOKED;
        }
        return key.expiresAt().isPresent()
                        && !clock.instant().isBefore(key.expiresAt().get())
                ? Refusal.EXPIRED
                : null;
    }

    private void publish(Collection<ApiKey> keys) {
        var next = new HashMap<Long, Entry>();
        for (var key : keys) {
            var entry = new Entry(key);
            // A token that was revoked and then chosen again has two keys; the one that is not revoked counts.
            next.merge(prefix(entry.hash), entry, (older, newer) -> older.key.isRevoked() ? newer : older);
        }
        entries = next;
    }

    private String newId() {
        var bytes = new byte[8];
        random.nextBytes(bytes);
        return "key_" + HEX.formatHex(bytes);
    }

    private static long prefix(byte[] hash) {
        return (long) LONGS.get(hash, 0);
    }
}
