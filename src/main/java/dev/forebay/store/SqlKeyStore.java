package dev.forebay.store;

import dev.forebay.access.ApiKey;
import dev.forebay.access.KeyStore;
import dev.forebay.access.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keys in the table {@code api_key}; times in milliseconds since 1970, scopes as words with blanks between them. */
public final class SqlKeyStore implements KeyStore {
    private final Database database;

    public SqlKeyStore(Database database) {
        this.database = database;
    }

    @Override
    public List<ApiKey> all() {
        var sql = """
                SELECT id, name, user_name, hash, scopes, created_at, expires_at, revoked_at
                FROM api_key
                ORDER BY created_at, id""";
        return database.query(c -> {
            try (var select = c.prepareStatement(sql);
                    var rows = select.executeQuery()) {
                var keys = new ArrayList<ApiKey>();
                while (rows.next()) {
                    keys.add(key(rows));
                }
                return List.copyOf(keys);
            }
        });
    }

    @Override
    public void insert(ApiKey key) {
        var sql = """
                INSERT INTO api_key (id, name, user_name, hash, scopes, created_at, expires_at, revoked_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";
        database.transaction(c -> {
            try (var insert = c.prepareStatement(sql)) {
                insert.setString(1, key.id());
                insert.setString(2, key.name());
                insert.setString(3, key.user());
                insert.setString(4, key.hash());
                insert.setString(5, words(key));
                insert.setLong(6, key.createdAt().toEpochMilli());
                insert.setObject(7, key.expiresAt().map(Instant::toEpochMilli).orElse(null), Types.BIGINT);
                insert.setObject(8, key.revokedAt().map(Instant::toEpochMilli).orElse(null), Types.BIGINT);
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public void revoke(String id, Instant at) {
        var sql = """
                UPDATE api_key SET revoked_at = ?
                WHERE id = ? AND revoked_at IS NULL""";
        database.transaction(c -> {
            try (var update = c.prepareStatement(sql)) {
                update.setLong(1, at.toEpochMilli());
                update.setString(2, id);
                return update.executeUpdate();
            }
        });
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString("id"),
                row.getString("name"),
                row.getString("user_name"),
                row.getString("hash"),
                Arrays.stream(row.getString("scopes").split(" ", -1))
                        .map(word -> Scope.valueOf(word.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toUnmodifiableSet()),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row, "expires_at"),
                instant(row, "revoked_at"));
    }

    private static String words(ApiKey key) {
        return key.scopes().stream()
                .map(scope -> scope.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
