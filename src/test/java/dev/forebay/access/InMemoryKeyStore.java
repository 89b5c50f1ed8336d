package dev.forebay.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keys in a list, by the contract of the real store. */
public final class InMemoryKeyStore implements KeyStore {
    private final List<ApiKey> keys = new ArrayList<>();

    @Override
    public synchronized List<ApiKey> all() {
        return List.copyOf(keys);
    }

    @Override
    public synchronized void insert(ApiKey key) {
        if (keys.stream().anyMatch(k -> k.id().equals(key.id()) || k.hash().equals(key.hash()) && !k.isRevoked())) {
            throw new IllegalStateException("there is such a key");
        }
        keys.add(key);
    }

    @Override
    public synchronized void revoke(String id, Instant at) {
        keys.replaceAll(k -> k.id().equals(id) ? k.revoked(at) : k);
    }
}
