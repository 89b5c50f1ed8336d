package dev.forebay.access;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A key as it is kept: without its token, of which there is only the hash.
 *
 * @param id public, safe in logs: {@code key_} and 16 characters
 * @param name what its owner calls it; not unique
 * @param user who it belongs to
 * @param hash of the token, by {@link KeyHash}
 */
public record ApiKey(
        String id,
        String name,
        String user,
        String hash,
        Set<Scope> scopes,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt) {
    public ApiKey {
        scopes = Set.copyOf(scopes);
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("scopes: need at least one, got none");
        }
    }

    ApiKey revoked(Instant at) {
        return new ApiKey(id, name, user, hash, scopes, createdAt, expiresAt, Optional.of(revokedAt.orElse(at)));
    }

    boolean isRevoked() {
        return revokedAt.isPresent();
    }
}
