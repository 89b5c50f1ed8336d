package dev.forebay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstKeysTest {
    private static final String PRESET = "a-preset-key-of-some-length";

    @TempDir
    Path data;

    private final InMemoryKeyStore store = new InMemoryKeyStore();
    private final Keys keys = new Keys(store, new KeyHash(new byte[32]), InstantSource.system(), new SecureRandom());

    @Test
    void theFirstStartMakesAnAdminKeyAndOneForInferenceOnly() throws Exception {
        var ready = start(Map.of());
        assertEquals(read("admin.key"), ready.createdAdmin().orElseThrow().reveal());
        assertEquals(Set.of(Scope.ADMIN, Scope.INFERENCE), caller("admin.key").scopes());
        assertEquals(Set.of(Scope.INFERENCE, Scope.ROUTING), caller("local.key").scopes());
        assertEquals("local", caller("local.key").user());
        assertEquals(List.of(), ready.notes());
    }

    @Test
    void onlyTheirOwnerMayReadTheFiles() throws Exception {
        start(Map.of());
        for (var name : List.of("admin.key", "local.key")) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))));
        }
        try (var files = Files.list(data)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void theNextStartChangesNothing() throws Exception {
        start(Map.of());
        var before = read("admin.key") + read("local.key");
        var ready = start(Map.of());
        assertEquals(Optional.empty(), ready.createdAdmin());
        assertEquals(List.of(), ready.notes());
        assertEquals(before, read("admin.key") + read("local.key"));
        assertEquals(2, store.all().size());
    }

    @Test
    void aLocalKeyWhoseFileIsGoneIsFollowedByAFreshOne() throws Exception {
        start(Map.of());
        var old = read("local.key");
        Files.delete(data.resolve("local.key"));
        var ready = start(Map.of());
        assertNotEquals(old, read("local.key"));
        assertTrue(keys.authenticate(read("local.key")).isPresent());
        assertTrue(keys.authenticate(old).isPresent());
        assertTrue(ready.notes().getFirst().contains("local.key was not there"));
    }

    @Test
    void anAdminKeyWhoseFileIsGoneStillWorksAndNoOtherIsMade() throws Exception {
        start(Map.of());
        var admin = read("admin.key");
        Files.delete(data.resolve("admin.key"));
        var ready = start(Map.of());
        assertEquals(Optional.empty(), ready.createdAdmin());
        assertFalse(Files.exists(data.resolve("admin.key")));
        assertTrue(keys.authenticate(admin).isPresent());
        assertTrue(ready.notes().getFirst().contains("FOREBAY_ADMIN_KEY"));
    }

    @Test
    void filesOfAnotherDatabaseAreReplaced() throws Exception {
        Files.writeString(data.resolve("admin.key"), "fb_from-another-database-1\n");
        Files.writeString(data.resolve("local.key"), "fb_from-another-database-2\n");
        var ready = start(Map.of());
        assertTrue(ready.createdAdmin().isPresent());
        assertEquals(2, ready.notes().size());
        assertTrue(caller("admin.key").may(Scope.ADMIN));
        assertFalse(caller("local.key").may(Scope.ADMIN));
    }

    @Test
    void thePresetKeyIsTheAdminKey() throws Exception {
        var ready = start(Map.of("FOREBAY_ADMIN_KEY", PRESET));
        assertEquals(Optional.empty(), ready.createdAdmin());
        assertEquals(PRESET, read("admin.key"));
        assertTrue(caller("admin.key").may(Scope.ADMIN));
        assertEquals(List.of(), start(Map.of("FOREBAY_ADMIN_KEY", PRESET)).notes());
        assertEquals(2, store.all().size());
    }

    @Test
    void aChangedPresetKeyTakesThePlaceOfTheOneBefore() throws Exception {
        start(Map.of("FOREBAY_ADMIN_KEY", PRESET));
        var ready = start(Map.of("FOREBAY_ADMIN_KEY", "another-preset-key-of-length"));
        assertEquals(Refusal.REVOKED, keys.whyRefused(PRESET));
        assertTrue(keys.authenticate("another-preset-key-of-length").isPresent());
        assertTrue(ready.notes().getFirst().contains("has changed"));

        start(Map.of("FOREBAY_ADMIN_KEY", PRESET));
        assertTrue(keys.authenticate(PRESET).isPresent());
        assertTrue(keys.authenticate("another-preset-key-of-length").isEmpty());
    }

    @Test
    void thePresetKeyLeavesAGeneratedOneAlone() throws Exception {
        var generated = start(Map.of()).createdAdmin().orElseThrow().reveal();
        start(Map.of("FOREBAY_ADMIN_KEY", PRESET));
        assertTrue(keys.authenticate(generated).isPresent());
        assertTrue(keys.authenticate(PRESET).isPresent());
        assertEquals(generated, read("admin.key"));
    }

    @Test
    void aPresetKeyThatIsNoGoodIsRefused() throws Exception {
        start(Map.of());
        for (var bad :
                List.of("", "short", "nineteen-characters", "x".repeat(257), "with a blank in the middle of it")) {
            var e = assertThrows(IllegalArgumentException.class, () -> start(Map.of("FOREBAY_ADMIN_KEY", bad)));
            assertTrue(String.valueOf(e.getMessage()).startsWith("FOREBAY_ADMIN_KEY: need"), e.getMessage());
        }
        var local = read("local.key");
        assertThrows(IllegalArgumentException.class, () -> start(Map.of("FOREBAY_ADMIN_KEY", local)));
    }

    private FirstKeys.Ready start(Map<String, String> environment) {
        keys.load();
        return new FirstKeys(keys, data, environment).prepare();
    }

    private String read(String name) throws Exception {
        return Files.readString(data.resolve(name)).strip();
    }

    private Caller caller(String name) throws Exception {
        return keys.authenticate(read(name)).orElseThrow();
    }
}
