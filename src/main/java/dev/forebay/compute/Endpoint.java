package dev.forebay.compute;

import java.net.URI;

/**
 * Where a replica listens.
 *
 * @param basePath what stands before {@code /chat/completions}, without a slash at its end
 */
public record Endpoint(String host, int port, boolean tls, String basePath) {
    public static Endpoint of(URI baseUrl) {
        var tls = "https".equals(baseUrl.getScheme());
        var port = baseUrl.getPort() >= 0 ? baseUrl.getPort() : tls ? 443 : 80;
        var path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
        return new Endpoint(
                baseUrl.getHost(), port, tls, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port + basePath;
    }
}
