package dev.forebay.compute;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with what a replica wrote. At its limit it is moved aside, in place of the one that was moved aside before, so
 * that both together take at most twice the limit. A file that cannot be written does not stop the replica.
 */
final class ReplicaLog implements Consumer<String> {
    private static final Logger log = LoggerFactory.getLogger(ReplicaLog.class);
    private static final long BYTES_MAX = 4L << 20;

    private final Path file;
    private final long bytesMax;
    private @Nullable OutputStream out;
    private long written;
    private boolean broken;

    ReplicaLog(Path file) {
        this(file, BYTES_MAX);
    }

    ReplicaLog(Path file, long bytesMax) {
        this.file = file;
        this.bytesMax = bytesMax;
    }

    Path file() {
        return file;
    }

    @Override
    public synchronized void accept(String line) {
        if (broken) {
            return;
        }
        var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            var to = out == null ? open() : out;
            if (written > 0 && written + bytes.length > bytesMax) {
                close();
                Files.move(file, aside(), StandardCopyOption.REPLACE_EXISTING);
                to = open();
            }
            to.write(bytes);
            written += bytes.length;
        } catch (IOException e) {
            broken = true;
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("the log of a replica cannot be written");
        }
    }

    synchronized void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                log.atDebug().addKeyValue("file", file).setCause(e).log("the log of a replica cannot be closed");
            }
            out = null;
        }
    }

    private OutputStream open() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        out = opened;
        written = Files.size(file);
        return opened;
    }

    private Path aside() {
        return file.resolveSibling(file.getFileName() + ".1");
    }
}
