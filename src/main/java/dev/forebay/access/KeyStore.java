package dev.forebay.access;

import java.time.Instant;
import java.util.List;

/**
 * Where keys outlive the process. Methods block, return once the change is on the disk, and are never called on an event
 * loop.
 */
public interface KeyStore {
    /** Every key, revoked and expired ones included, oldest first. */
    List<ApiKey> all();

    /** @throws IllegalStateException if there is a key of that id, or one with that hash that is not revoked */
    void insert(ApiKey key);

    /** Does nothing if there is no such key or it is revoked already. */
    void revoke(String id, Instant at);
}
