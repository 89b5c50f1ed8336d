package dev.forebay.store;

import dev.forebay.routing.Overridden;
import dev.forebay.routing.Overrides;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Overrides in the table {@code override}; times in milliseconds since 1970. */
public final class SqlOverrides implements Overrides {
    private final Database database;

    public SqlOverrides(Database database) {
        this.database = database;
    }

    @Override
    public List<Overridden> all() {
        var sql = """
                SELECT subject, subject_id, setting, value, set_at, set_by
                FROM override
                ORDER BY subject, subject_id, setting""";
        return database.query(c -> {
            try (var select = c.prepareStatement(sql);
                    var rows = select.executeQuery()) {
                var all = new ArrayList<Overridden>();
                while (rows.next()) {
                    all.add(new Overridden(
                            Overridden.Subject.valueOf(rows.getString("subject").toUpperCase(Locale.ROOT)),
                            rows.getString("subject_id"),
                            rows.getString("setting"),
                            rows.getString("value"),
                            Instant.ofEpochMilli(rows.getLong("set_at")),
                            rows.getString("set_by")));
                }
                return List.copyOf(all);
            }
        });
    }

    @Override
    public void put(Overridden override) {
        var sql = """
                INSERT INTO override (subject, subject_id, setting, value, set_at, set_by)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (subject, subject_id, setting)
                DO UPDATE SET value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by""";
        database.transaction(c -> {
            try (var insert = c.prepareStatement(sql)) {
                insert.setString(1, override.subject().word());
                insert.setString(2, override.id());
                insert.setString(3, override.setting());
                insert.setString(4, override.value());
                insert.setLong(5, override.at().toEpochMilli());
                insert.setString(6, override.by());
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public void remove(Overridden.Subject subject, String id, String setting) {
        var sql = """
                DELETE FROM override
                WHERE subject = ? AND subject_id = ? AND setting = ?""";
        database.transaction(c -> {
            try (var delete = c.prepareStatement(sql)) {
                delete.setString(1, subject.word());
                delete.setString(2, id);
                delete.setString(3, setting);
                return delete.executeUpdate();
            }
        });
    }
}
