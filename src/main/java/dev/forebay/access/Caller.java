package dev.forebay.access;

import java.util.Set;

/**
 * Whoever stands behind a request, known by the key it came with.
 *
 * @param keyId the key's public id, safe in logs
 * @param user the user the key belongs to
 */
public record Caller(String keyId, String user, Set<Scope> scopes) {
    public Caller {
        scopes = Set.copyOf(scopes);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }
}
