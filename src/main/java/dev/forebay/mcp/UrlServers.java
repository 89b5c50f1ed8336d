package dev.forebay.mcp;

import dev.forebay.agent.Tools.Source;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.chat.ModelFailure.BadRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Servers that requests bring along by URL: only at hosts that the configuration allows, one connection for each URL
 * and set of headers, so that callers with other credentials never share a session.
 */
final class UrlServers {
    private static final String OBSERVED = "url";
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e]{0,8192}");
    private static final Set<String> OURS = Set.of(
            "accept",
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "last-event-id",
            "mcp-protocol-version",
            "mcp-session-id",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final McpSettings settings;
    private final AllowedHosts allowed;
    private final Connectors connectors;
    private final Map<Key, Entry> entries = new HashMap<>();
    private boolean closed;

    /** Headers enter as a digest only, so that no credential stays in memory for the map's sake. */
    private record Key(URI url, String headers) {}

    private record Entry(Server server, long usedAt) {}

    UrlServers(McpSettings settings, Connectors connectors) {
        this.settings = settings;
        this.allowed = new AllowedHosts(settings.allowedHosts());
        this.connectors = connectors;
    }

    static boolean isUrl(String server) {
        return server.contains("://");
    }

    /** @throws BadRequest naming the parameter, if it is no URL, leads to a host that is not allowed, or has bad headers */
    URI check(Source source) {
        URI url;
        try {
            url = new URI(source.server());
        } catch (URISyntaxException _) {
            throw bad(source, "is no URL", "invalid_mcp_server");
        }
        var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
            throw bad(source, "is no http or https URL", "invalid_mcp_server");
        }
        if (url.getUserInfo() != null) {
            throw bad(source, "has a password in its URL; send it as a header", "invalid_mcp_server");
        }
        if (!allowed.allows(url)) {
            throw bad(
                    source,
                    "leads to the host " + url.getHost() + ", which is not among mcp.allowed_hosts",
                    "mcp_host_not_allowed");
        }
        source.headers().forEach((name, value) -> {
            var isOurs = OURS.contains(name.toLowerCase(Locale.ROOT));
            if (isOurs
                    || !HEADER_NAME.matcher(name).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                throw bad(
                        source,
                        "has a header that cannot be sent: " + Failures.cut(name.replaceAll("[^!-~]", "?")),
                        "invalid_mcp_headers");
            }
        });
        return url;
    }

    private BadRequest bad(Source source, String what, String code) {
        connectors.observer().urlRefused(code);
        return new BadRequest("the MCP server \"" + Failures.cut(source.label()) + "\" " + what, source.param(), code);
    }

    /** @throws ToolFailure if all connections are in use */
    Server server(URI url, Map<String, String> headers) throws ToolFailure {
        var key = new Key(url, digest(headers));
        var now = connectors.operations(OBSERVED).nanos().getAsLong();
        Optional<Server> evicted;
        Server server;
        synchronized (this) {
            if (closed) {
                throw Failures.unavailable(
                        Failures.shown(url),
                        "is not asked any more: the gateway is stopping, or has another configuration",
                        null);
            }
            var known = entries.get(key);
            if (known == null && entries.size() >= settings.urlConnectionsMax()) {
                evicted = evict();
                if (evicted.isEmpty()) {
                    throw Failures.unavailable(
                            Failures.shown(url),
                            "is not connected: " + entries.size() + " servers of other requests are in use"
                                    + " (mcp.url_connections_max)",
                            null);
                }
            } else {
                evicted = Optional.empty();
            }
            server = known == null ? create(url, headers) : known.server();
            entries.put(key, new Entry(server, now));
        }
        evicted.ifPresent(unused -> Closing.begin(unused.link()));
        return server;
    }

    private Server create(URI url, Map<String, String> headers) {
        var file = McpServerFile.at(url, Map.of());
        var timeout = Duration.ofSeconds(file.connectTimeoutSeconds());
        var name = Failures.shown(url);
        var operations = connectors.operations(OBSERVED);
        var link = new OnDemandLink(
                name,
                connectors.to(name, OBSERVED, url, headers, timeout),
                timeout,
                Duration.ofSeconds(settings.toolsTtlSeconds()),
                operations.nanos());
        return new Server(name, file, link, settings, operations);
    }

    /** Takes out the one that has been unused for longest. */
    private Optional<Server> evict() {
        var oldest = entries.entrySet().stream()
                .filter(e -> !e.getValue().server().isBusy())
                .min(Comparator.comparingLong(e -> e.getValue().usedAt()));
        oldest.ifPresent(e -> entries.remove(e.getKey()));
        return oldest.map(e -> e.getValue().server());
    }

    /** Closes, in the background, what has not been used for {@code mcp.url_idle_seconds}. */
    void closeIdle() {
        var before = connectors.operations(OBSERVED).nanos().getAsLong()
                - Duration.ofSeconds(settings.urlIdleSeconds()).toNanos();
        List<Server> idle;
        synchronized (this) {
            var keys = entries.entrySet().stream()
                    .filter(e -> e.getValue().usedAt() - before < 0
                            && !e.getValue().server().isBusy())
                    .map(Map.Entry::getKey)
                    .toList();
            idle = keys.stream()
                    .map(key -> Objects.requireNonNull(entries.remove(key)).server())
                    .toList();
        }
        idle.forEach(unused -> Closing.begin(unused.link()));
    }

    synchronized int size() {
        return entries.size();
    }

    /** No server is connected from here on. Returns what is to be closed. */
    synchronized List<Link> stop() {
        closed = true;
        return entries.values().stream().map(entry -> entry.server().link()).toList();
    }

    private static String digest(Map<String, String> headers) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(headers).forEach((name, value) -> {
                sha.update((name.toLowerCase(Locale.ROOT) + ":" + value + "\n").getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
