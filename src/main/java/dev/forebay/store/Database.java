package dev.forebay.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The database of one gateway: a file of SQLite with a write-ahead log, each commit on the disk before it returns. One
 * connection, one user at a time. It blocks, so it is for virtual threads and for the start, never for event loops.
 */
public final class Database implements AutoCloseable {
    /** SQL over one connection. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private static final int CONSTRAINT = 19;

    private final Path file;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens it, creates it if it is not there, and brings its tables to this version's form.
     *
     * @throws StoreException if it is no database, or one of a newer version
     */
    public static Database open(Path file) {
        var url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000&foreign_keys=true"
                + "&transaction_mode=IMMEDIATE";
        NativeLibrary.unpackOnce(file.toAbsolutePath().resolveSibling("native"));
        try {
            createForOwner(file);
            var connection = DriverManager.getConnection(url);
            try {
                if (!Schema.bringForward(connection)) {
                    throw new StoreException(
                            file + " was written by a newer Forebay (tables of version " + Schema.version(connection)
                                    + ", this one knows " + Schema.VERSION
                                    + "); use that version, or restore a backup that is older",
                            null);
                }
                return new Database(file, connection);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException(
                    "cannot open the database " + file + ": " + e.getMessage()
                            + "; restore it from a backup, or move it away to begin anew",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the database " + file + "; is its directory writable?", e);
        }
    }

    /** SQLite gives its other files the rights of the first. */
    private static void createForOwner(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    /** Runs statements as one transaction: all of it is on the disk on return, or nothing. */
    <T> T transaction(Work<T> work) {
        return locked(c -> {
            c.setAutoCommit(false);
            try {
                var result = work.with(c);
                c.commit();
                return result;
            } finally {
                // After a commit there is nothing left to roll back.
                c.rollback();
                c.setAutoCommit(true);
            }
        });
    }

    <T> T query(Work<T> work) {
        return locked(work);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Work<T> work) {
        lock.lock();
        try {
            return work.with(connection);
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            lock.unlock();
        }
    }

    private RuntimeException failure(SQLException e) {
        if ((e.getErrorCode() & 0xff) == CONSTRAINT) {
            return new IllegalStateException("the database " + file + " refuses this: " + e.getMessage(), e);
        }
        return new StoreException(
                "the database " + file + " failed: " + e.getMessage() + "; is the disk full, or the file damaged?", e);
    }
}
