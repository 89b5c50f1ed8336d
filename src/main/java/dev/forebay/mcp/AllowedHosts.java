package dev.forebay.mcp;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which hosts the URLs of requests may lead to. */
final class AllowedHosts {
    private static final Pattern ENTRY =
            Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\\d{1,5})?|\\[[0-9a-f:.]+](:\\d{1,5})?");

    private final List<String> entries;

    AllowedHosts(List<String> entries) {
        this.entries = entries.stream().map(e -> e.toLowerCase(Locale.ROOT)).toList();
    }

    static void check(String entry) {
        if (!ENTRY.matcher(entry.toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException(
                    "allowed_hosts: need host, host:port or *.domain without a scheme, got " + entry);
        }
    }

    boolean allows(URI url) {
        var host = url.getHost().toLowerCase(Locale.ROOT);
        var port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
        return entries.stream()
                .anyMatch(entry -> entry.equals(host)
                        || entry.equals(host + ":" + port)
                        || isBelow(host, entry)
                        || isBelow(host + ":" + port, entry));
    }

    /** {@code *.example.com} covers what is below it, not {@code example.com} itself. */
    private static boolean isBelow(String host, String entry) {
        return entry.startsWith("*.") && host.length() > entry.length() - 1 && host.endsWith(entry.substring(1));
    }
}
