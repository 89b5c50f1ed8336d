package dev.forebay.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables, as a list of steps that are never changed once released: a database is brought forward by those that it
 * has not seen. Each step is one transaction together with the number that says it is done.
 */
final class Schema {
    private static final List<List<String>> STEPS = List.of(List.of("""
            CREATE TABLE setting (
                name  TEXT PRIMARY KEY,
                value TEXT NOT NULL
            )""", """
            CREATE TABLE api_key (
                id         TEXT PRIMARY KEY,
                name       TEXT NOT NULL,
                user_name  TEXT NOT NULL,
                hash       TEXT NOT NULL,
                scopes     TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT,
                revoked_at BIGINT
            )""", """
            CREATE UNIQUE INDEX api_key_hash ON api_key (hash) WHERE revoked_at IS NULL"""), List.of("""
            CREATE TABLE override (
                subject    TEXT NOT NULL,
                subject_id TEXT NOT NULL,
                setting    TEXT NOT NULL,
                value      TEXT NOT NULL,
                set_at     BIGINT NOT NULL,
                set_by     TEXT NOT NULL,
                PRIMARY KEY (subject, subject_id, setting)
            )"""));

    static final int VERSION = STEPS.size();

    private Schema() {}

    /** @return false if a newer program has written the database */
    static boolean bringForward(Connection connection) throws SQLException {
        var version = version(connection);
        for (var next = version; next < VERSION; next++) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (var sql : STEPS.get(next)) {
                    statement.execute(sql);
                }
                statement.execute("PRAGMA user_version = " + (next + 1));
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return version <= VERSION;
    }

    static int version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
