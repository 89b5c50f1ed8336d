package dev.forebay.mcp;

import dev.forebay.config.Default;
import java.nio.file.Path;
import java.util.List;

/**
 * The block {@code mcp:} of the gateway's file.
 *
 * @param folder holds one folder for each server, and JSON maps of servers
 * @param allowedHosts hosts that URLs in requests may lead to, as {@code host}, {@code host:port} or
 *     {@code *.domain}; empty allows none
 * @param toolsTtlSeconds after which a list of tools is read anew, in the background; a server that tells of changes is
 *     asked at once
 * @param toolsMax tools taken from one server
 * @param messageBytesMax size of one message of a server; a larger result fails its call
 * @param callsMax calls in flight at one server; more wait
 * @param circuitFailures calls failed in a row after which a server is left alone
 * @param circuitOpenSeconds for how long
 * @param pingSeconds within which it answers a ping then; one that does not is started or connected anew
 * @param restartsMax starts of a server's process within {@code restarts_window_seconds}; then it rests
 * @param restartsWindowSeconds over which starts are counted
 * @param urlConnectionsMax servers of requests that are connected at once
 * @param urlIdleSeconds after which an unused connection to a server of a request is closed
 * @param stopSeconds that a process gets to end by itself before it is killed
 */
public record McpSettings(
        @Default("mcp-servers") Path folder,
        @Default("[]") List<String> allowedHosts,
        @Default("300") int toolsTtlSeconds,
        @Default("1000") int toolsMax,
        @Default("16 MiB") int messageBytesMax,
        @Default("256") int callsMax,
        @Default("3") int circuitFailures,
        @Default("30") int circuitOpenSeconds,
        @Default("5") int pingSeconds,
        @Default("5") int restartsMax,
        @Default("60") int restartsWindowSeconds,
        @Default("200") int urlConnectionsMax,
        @Default("900") int urlIdleSeconds,
        @Default("2") int stopSeconds) {
    public McpSettings {
        allowedHosts = List.copyOf(allowedHosts);
        allowedHosts.forEach(AllowedHosts::check);
        positive("tools_ttl_seconds", toolsTtlSeconds);
        positive("tools_max", toolsMax);
        positive("calls_max", callsMax);
        positive("circuit_failures", circuitFailures);
        positive("circuit_open_seconds", circuitOpenSeconds);
        positive("ping_seconds", pingSeconds);
        positive("restarts_max", restartsMax);
        positive("restarts_window_seconds", restartsWindowSeconds);
        positive("url_connections_max", urlConnectionsMax);
        positive("url_idle_seconds", urlIdleSeconds);
        positive("stop_seconds", stopSeconds);
        if (messageBytesMax < 64 * 1024 || messageBytesMax > 1 << 30) {
            throw new IllegalArgumentException(
                    "message_bytes_max: need 64 KiB to 1 GiB, got " + messageBytesMax + " bytes");
        }
    }

    /** True if a configured server is run the same way by both. */
    boolean runsServersLike(McpSettings other) {
        return other.equals(new McpSettings(
                other.folder,
                other.allowedHosts,
                toolsTtlSeconds,
                toolsMax,
                messageBytesMax,
                callsMax,
                circuitFailures,
                circuitOpenSeconds,
                pingSeconds,
                restartsMax,
                restartsWindowSeconds,
                other.urlConnectionsMax,
                other.urlIdleSeconds,
                stopSeconds));
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + ": need 1 or more, got " + value);
        }
    }
}
