package dev.forebay.compute;

import dev.forebay.config.Default;
import dev.forebay.config.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A file that a nodepool's processes need, such as weights: fetched once a host, before the first start.
 *
 * @param url of http, https or file
 * @param file where it goes below {@code <data>/weights}
 * @param sha256 of the whole file in hexadecimal digits
 * @param bytesMax above which it is not fetched
 * @param headers sent to the URL's own host, such as {@code Authorization}
 */
public record PreparedFile(
        URI url,
        String file,
        String sha256,
        @Default("1024 GiB") long bytesMax,
        @Default("{}") Map<String, Secret> headers) {
    private static final List<String> SCHEMES = List.of("http", "https", "file");

    public PreparedFile {
        headers = Map.copyOf(headers);
        sha256 = sha256.toLowerCase(Locale.ROOT);
        if (url.getScheme() == null
                || !SCHEMES.contains(url.getScheme())
                || (url.getHost() == null && !url.getScheme().equals("file"))) {
            throw new IllegalArgumentException("url: need an http, https or file URL, got " + url);
        }
        if (!file.matches("[\\w][\\w.+@-]*(/[\\w][\\w.+@-]*)*")) {
            throw new IllegalArgumentException(
                    "file: need a path such as qwen3/model.gguf, without .. and blanks, got \"" + file + "\"");
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256: need 64 hexadecimal digits, got \"" + sha256 + "\"");
        }
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytes_max: need 1 or more, got " + bytesMax);
        }
    }
}
