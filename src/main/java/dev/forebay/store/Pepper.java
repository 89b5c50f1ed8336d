package dev.forebay.store;

import dev.forebay.access.KeyHash;
import dev.forebay.access.SecretFile;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The secret that tokens are hashed with, in the file {@code pepper} of the data directory: beside the database, not in
 * it, so that a copy of the database alone is of no use to whoever wants to check tokens. The database has a fingerprint
 * of it, so that a lost pepper shows at the start and not as keys that mysteriously fail.
 */
public final class Pepper {
    private static final int BYTES = 32;
    private static final String FINGERPRINT = "pepper_fingerprint";

    private Pepper() {}

    /**
     * Reads it, or makes it at the first start.
     *
     * @param random of cryptographic strength
     * @throws StoreException if the database belongs to another pepper
     */
    public static KeyHash open(DataDirectory directory, Database database, RandomGenerator random) {
        var file = directory.resolve("pepper");
        var expected = setting(database);
        var kept = SecretFile.read(file);
        if (kept.isEmpty() && expected.isPresent()) {
            throw new StoreException(
                    file + " is missing, and no key works without it; restore it from a backup,"
                            + " or begin anew with another --data",
                    null);
        }
        var hash = new KeyHash(kept.map(text -> parse(directory, text)).orElseGet(() -> {
            var fresh = new byte[BYTES];
            random.nextBytes(fresh);
            SecretFile.write(file, HexFormat.of().formatHex(fresh) + "\n");
            return fresh;
        }));
        var fingerprint = hash.of(FINGERPRINT);
        if (expected.isEmpty()) {
            note(database, fingerprint);
        } else if (!expected.get().equals(fingerprint)) {
            throw new StoreException(
                    file + " is not the one that this database's keys were made with; restore the two together", null);
        }
        return hash;
    }

    private static byte[] parse(DataDirectory directory, String text) {
        if (!text.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
            throw new StoreException(
                    directory.resolve("pepper") + " is damaged: need " + 2 * BYTES
                            + " hexadecimal digits; restore it from a backup",
                    null);
        }
        return HexFormat.of().parseHex(text);
    }

    private static Optional<String> setting(Database database) {
        var sql = "SELECT value FROM setting WHERE name = ?";
        return database.query(c -> {
            try (var select = c.prepareStatement(sql)) {
                select.setString(1, FINGERPRINT);
                try (var row = select.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
                }
            }
        });
    }

    private static void note(Database database, String fingerprint) {
        var sql = "INSERT INTO setting (name, value) VALUES (?, ?)";
        database.transaction(c -> {
            try (var insert = c.prepareStatement(sql)) {
                insert.setString(1, FINGERPRINT);
                insert.setString(2, fingerprint);
                return insert.executeUpdate();
            }
        });
    }
}
