package dev.forebay.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What the gateway's own metrics say of the time that tools took. */
record ToolTime(double seconds, double calls) {
    private static final String SERIES = "mcp_client_operation_duration_seconds";

    static ToolTime of(Target gateway) throws Exception {
        var page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return new ToolTime(sum(page, SERIES + "_sum"), sum(page, SERIES + "_count"));
    }

    /** Milliseconds of one call. */
    double since(ToolTime before) {
        return 1000 * (seconds - before.seconds) / Math.max(1, calls - before.calls);
    }

    private static double sum(String page, String series) {
        return page.lines()
                .filter(line -> line.startsWith(series) && line.contains("tools/call"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
