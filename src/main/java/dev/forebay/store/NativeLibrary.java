package dev.forebay.store;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library, unpacked once into the data directory. Left to itself the driver unpacks and compares it at
 * every start, which is most of the time that a start with an AOT cache spends on the database. Where this one cannot be
 * used, on a file system without the right to execute for one, the driver falls back to its own way.
 */
final class NativeLibrary {
    private static final Logger log = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String PATH = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private NativeLibrary() {}

    /** To be called before the first connection. */
    static void unpackOnce(Path folder) {
        if (System.getProperty(PATH) != null) {
            return;
        }
        var platform = OSInfo.getNativeLibFolderPathForCurrentOS();
        var library = System.mapLibraryName("sqlitejdbc");
        var name = "sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + platform.replace('/', '-') + "-" + library;
        try {
            if (!Files.exists(folder.resolve(name))) {
                unpack("/org/sqlite/native/" + platform + "/" + library, folder, name);
            }
            System.setProperty(PATH, folder.toAbsolutePath().toString());
            System.setProperty(NAME, name);
        } catch (IOException e) {
            log.atDebug().addKeyValue("folder", folder).setCause(e).log("cannot unpack SQLite's library");
        }
    }

    private static void unpack(String resource, Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        try (var in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no " + resource + " in the driver");
            }
            removeOthers(folder);
            var fresh = folder.resolve(name + ".new");
            try (var out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                in.transferTo(Channels.newOutputStream(out));
                out.force(true);
            }
            Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Libraries of earlier versions. */
    private static void removeOthers(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "sqlite-*")) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }
}
