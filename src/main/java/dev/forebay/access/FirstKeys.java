package dev.forebay.access;

import dev.forebay.config.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The two keys that every installation has: an admin key, and a key that may call models wherever they run. Their tokens stand in files of
 * the data directory, which are the user's copies; the store has the hashes. The variable {@code FOREBAY_ADMIN_KEY}
 * presets the first.
 */
public final class FirstKeys {
    public static final String PRESET = "FOREBAY_ADMIN_KEY";

    private static final String USER = "local";
    private static final String ADMIN = "admin";
    private static final String PRESET_NAME = "admin (preset)";
    private static final String LOCAL = "local";

    /**
     * @param createdAdmin the admin key if this start made it: to be shown once
     * @param notes what the user should know, one sentence each; mostly empty
     */
    public record Ready(Path adminFile, Path localFile, Optional<Secret> createdAdmin, List<String> notes) {
        public Ready {
            notes = List.copyOf(notes);
        }
    }

    private final Keys keys;
    private final Path adminFile;
    private final Path localFile;
    private final Map<String, String> environment;
    private final List<String> notes = new ArrayList<>();

    /** @param keys loaded already */
    public FirstKeys(Keys keys, Path data, Map<String, String> environment) {
        this.keys = keys;
        this.adminFile = data.resolve("admin.key");
        this.localFile = data.resolve("local.key");
        this.environment = Map.copyOf(environment);
    }

    /**
     * Sees to it that both are there. Blocks.
     *
     * @throws IllegalArgumentException if the preset key cannot be used; the message says why and what to do
     */
    public Ready prepare() {
        var preset = Optional.ofNullable(environment.get(PRESET));
        Optional<Secret> created = Optional.empty();
        if (preset.isPresent()) {
            preset(preset.get());
        } else {
            created = admin();
        }
        local();
        return new Ready(adminFile, localFile, created, notes);
    }

    private void preset(String token) {
        if (token.length() < Token.LENGTH_MIN || token.length() > Token.LENGTH_MAX) {
            throw new IllegalArgumentException(PRESET + ": need " + Token.LENGTH_MIN + " to " + Token.LENGTH_MAX
                    + " characters, got " + token.length() + "; openssl rand -base64 32 makes a good one");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    PRESET + ": need printable ASCII characters without blanks, since it travels in a header");
        }
        var known = keys.find(Secret.of(token)).filter(key -> !key.isRevoked());
        if (known.isPresent() && !known.get().scopes().contains(Scope.ADMIN)) {
            throw new IllegalArgumentException(PRESET + ": this is the key \""
                    + known.get().name() + "\", which is not meant to administer; choose another value");
        }
        if (known.isEmpty()) {
            keys.add(token, PRESET_NAME, USER, Set.of(Scope.ADMIN, Scope.INFERENCE), Optional.empty());
        }
        var id = keys.find(Secret.of(token)).map(ApiKey::id).orElse("");
        for (var key : keys.all()) {
            if (key.name().equals(PRESET_NAME) && !key.isRevoked() && !key.id().equals(id)) {
                keys.revoke(key.id());
                notes.add(PRESET + " has changed: the new admin key works, the one it replaces does not any more.");
            }
        }
        // A generated key that works stays where it is: this file may be the only copy.
        if (SecretFile.read(adminFile).filter(this::administers).isEmpty()) {
            SecretFile.write(adminFile, token + "\n");
        }
    }

    /** The token, if it had to be made. */
    private Optional<Secret> admin() {
        var copy = SecretFile.read(adminFile);
        if (copy.filter(this::administers).isPresent()) {
            return Optional.empty();
        }
        var other = keys.all().stream()
                .anyMatch(key -> !key.isRevoked()
                        && key.scopes().contains(Scope.ADMIN)
                        && key.user().equals(USER));
        if (other) {
            notes.add(adminFile + (copy.isPresent() ? " holds no working admin key" : " is not there")
                    + "; the admin key that was shown at the first start still works. If it is lost, set " + PRESET
                    + " to a new one and start again.");
            return Optional.empty();
        }
        var token = make(adminFile, ADMIN, Set.of(Scope.ADMIN, Scope.INFERENCE));
        if (copy.isPresent()) {
            notes.add(adminFile + " held a key that is not known here; there is a new one in it now.");
        }
        return Optional.of(token);
    }

    private void local() {
        var copy = SecretFile.read(localFile);
        if (copy.flatMap(keys::authenticate).isPresent()) {
            return;
        }
        var before = keys.all().stream().anyMatch(key -> key.name().equals(LOCAL) && !key.isRevoked());
        make(localFile, LOCAL, Set.of(Scope.INFERENCE, Scope.ROUTING));
        if (copy.isPresent()) {
            notes.add(localFile + " held a key that does not work here; there is a new one in it now.");
        } else if (before) {
            notes.add(localFile + " was not there; there is a new key in it now. The one before it still works.");
        }
    }

    /** The file first: a crash in between leaves a copy that opens nothing, not a key that nobody has. */
    private Secret make(Path file, String name, Set<Scope> scopes) {
        var token = keys.newToken();
        SecretFile.write(file, token + "\n");
        return keys.add(token, name, USER, scopes, Optional.empty()).token();
    }

    private boolean administers(String token) {
        return keys.authenticate(token)
                .filter(caller -> caller.may(Scope.ADMIN))
                .isPresent();
    }
}
