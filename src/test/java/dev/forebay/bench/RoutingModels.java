package dev.forebay.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration of the part about routing. Whatever is to be started is a nodepool of its own, so that none has to be
 * scaled down before the next.
 */
final class RoutingModels {
    static final String WARM = "warm";
    static final String NEAR = "near";
    static final String FAR = "far";
    static final int THRESHOLD_MILLIS = 500;

    private final Path folder = Path.of("target/bench/routing-moments").toAbsolutePath();
    private final StringBuilder nodepools = new StringBuilder();
    private final StringBuilder models = new StringBuilder();

    /** @param starts of each kind of cold start */
    RoutingModels(int starts) {
        url("mock", 0);
        url(NEAR, 1);
        url(FAR, 0);
        models.append("  - {id: bench, nodepools: [mock]}\n");
        models.append("  - {id: warm, nodepools: [near, far], spillover: {queue_age_threshold_ms: " + THRESHOLD_MILLIS
                + ", close_delay_seconds: 3600}}\n");
        for (var i = 0; i < starts; i++) {
            process(zero(i));
            models.append("  - {id: " + zero(i) + ", nodepools: [" + zero(i) + "], autoscale: {max_replicas: 1}}\n");
            url("full-" + i, 1);
            process(cold(i));
            models.append("  - {id: " + cold(i) + ", nodepools: [full-" + i + ", " + cold(i)
                    + "], autoscale: {max_replicas: 1}, spillover: {queue_age_threshold_ms: " + THRESHOLD_MILLIS
                    + "}}\n");
        }
    }

    Path folder() {
        return folder;
    }

    /** Scales from zero. */
    static String zero(int number) {
        return "zero-" + number;
    }

    /** Spills from a server with one slot to a nodepool of the same name without a replica. */
    static String cold(int number) {
        return "cold-" + number;
    }

    Moments moments(String model) {
        return new Moments(file(model));
    }

    String yaml() {
        return "data: data\nserver: {port: PORT, event_loops: 1, transport: TRANSPORT}\nmcp: {folder: ../mcp-servers}\n"
                + "nodepools:\n" + nodepools + "models:\n" + models;
    }

    private Path file(String model) {
        return folder.resolve(model);
    }

    private void url(String id, int slots) {
        nodepools.append("  - {id: " + id + ", base_url: \"http://127.0.0.1:MOCK/v1\", "
                + (slots == 0 ? "max_concurrency: 0" : "slots: " + slots) + "}\n");
    }

    private void process(String id) {
        nodepools.append("  - {id: " + id + ", slots: 8, adopt: false, command: ["
                + quoted(Moments.command(file(id), "{port}")) + "]}\n");
    }

    private static String quoted(List<String> command) {
        return command.stream()
                .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(", "));
    }
}
