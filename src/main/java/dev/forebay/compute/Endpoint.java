package dev.forebay.compute;

import dev.forebay.config.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where a replica listens, and how its server wants to be asked.
 *
 * @param basePath what stands before {@code /chat/completions}, without a slash at its end
 * @param apiKey sent as a bearer token
 * @param model the name that the server knows the model by; the model's id if absent
 * @param streamUsage false for engines that refuse {@code stream_options}
 */
public record Endpoint(
        String host,
        int port,
        boolean tls,
        String basePath,
        Optional<Secret> apiKey,
        Optional<String> model,
        boolean streamUsage) {
    /** One that wants nothing in particular. */
    public static Endpoint of(URI baseUrl) {
        var tls = "https".equals(baseUrl.getScheme());
        var port = baseUrl.getPort() >= 0 ? baseUrl.getPort() : tls ? 443 : 80;
        var path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
        return new Endpoint(
                baseUrl.getHost(),
                port,
                tls,
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                Optional.empty(),
                Optional.empty(),
                true);
    }

    /** One of this nodepool. */
    public static Endpoint of(URI baseUrl, Nodepool nodepool) {
        var plain = of(baseUrl);
        return new Endpoint(
                plain.host,
                plain.port,
                plain.tls,
                plain.basePath,
                nodepool.apiKey(),
                nodepool.model(),
                nodepool.streamUsage());
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port + basePath;
    }
}
