package dev.forebay.compute;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One try to fetch a file into its part, on from where an earlier try ended. Blocks; an interrupt ends it. */
final class Download {
    private static final int REDIRECTS_MAX = 5;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final PreparedFile wanted;
    private final Path part;
    private final AtomicLong done;
    private final AtomicLong total;

    /** @param total of the whole file; 0 while it is not known */
    Download(HttpClient client, PreparedFile wanted, Path part, AtomicLong done, AtomicLong total) {
        this.client = client;
        this.wanted = wanted;
        this.part = part;
        this.done = done;
        this.total = total;
    }

    void run() throws IOException, InterruptedException {
        if (wanted.url().getScheme().equals("file")) {
            var source = Path.of(wanted.url());
            try (var in = Files.newInputStream(source)) {
                write(in, 0, Files.size(source));
            }
            return;
        }
        var have = Files.exists(part) ? Files.size(part) : 0;
        var answer = get(wanted.url(), have, REDIRECTS_MAX);
        try (var in = answer.body()) {
            var length = answer.headers().firstValueAsLong("content-length").orElse(0);
            switch (answer.statusCode()) {
                case 200 -> write(in, 0, length);
                case 206 -> {
                    var range = answer.headers().firstValue("content-range").orElse("");
                    if (!range.startsWith("bytes " + have + "-")) {
                        throw new IOException("it answered with the range \"" + range + "\", asked for " + have + "-");
                    }
                    write(in, have, have + length);
                }
                // All of it may be there already; the checksum tells.
                case 416 -> done.set(have);
                default -> throw new IOException("status " + answer.statusCode());
            }
        }
    }

    private HttpResponse<InputStream> get(URI url, long from, int redirects) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url).timeout(HEAD_TIMEOUT);
        if (from > 0) {
            request.header("range", "bytes=" + from + "-");
        }
        // Those of another host, to which large files are often sent on, are not to see the secrets of this one.
        if (url.getAuthority().equals(wanted.url().getAuthority())
                && url.getScheme().equals(wanted.url().getScheme())) {
            wanted.headers().forEach((name, value) -> request.header(name, value.reveal()));
        }
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        var location = answer.headers().firstValue("location");
        if (answer.statusCode() / 100 != 3 || location.isEmpty()) {
            return answer;
        }
        answer.body().close();
        var next = url.resolve(location.get());
        if (redirects == 0 || next.getScheme() == null || !next.getScheme().startsWith("http")) {
            throw new IOException("it is sent on too often or to no web server, at last to " + next.getHost());
        }
        return get(next, from, redirects - 1);
    }

    private void write(InputStream in, long from, long whole) throws IOException {
        if (whole > wanted.bytesMax()) {
            throw new IOException("it has " + whole + " bytes, and bytes_max is " + wanted.bytesMax());
        }
        var free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
        if (whole - from > free) {
            throw new IOException("the disk is full: " + (whole - from) + " bytes are missing, and " + free
                    + " are free in " + part.getParent());
        }
        total.set(whole);
        done.set(from);
        try (var out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(from);
            out.position(from);
            var chunk = new byte[1 << 16];
            for (var read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (done.get() + read > wanted.bytesMax()) {
                    throw new IOException("it has more bytes than bytes_max, which is " + wanted.bytesMax());
                }
                var bytes = ByteBuffer.wrap(chunk, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                done.addAndGet(read);
            }
            out.force(true);
        }
        if (whole > 0 && done.get() != whole) {
            throw new IOException("it ended after " + done.get() + " of " + whole + " bytes");
        }
    }
}
