package dev.forebay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Starts Forebay as its users do, by the launcher, with everything on: keys, routing, limits, metrics, request log. */
final class Gateways {
    private static final String FILE = """
            data: data
            server: {port: PORT, event_loops: 1, transport: TRANSPORT}
            mcp: {folder: ../mcp-servers}
            nodepools:
              - {id: mock, base_url: "http://127.0.0.1:MOCK/v1", max_concurrency: 0}
              - {id: fast, base_url: "http://127.0.0.1:FAST/v1", max_concurrency: 0}
            models:
              - {id: bench, nodepools: [mock]}
              - {id: fast, nodepools: [fast]}
              - {id: agent, nodepools: [mock], agentic: true}
              - {id: tools, nodepools: [mock], agentic: true, agent: {servers: [calculator]}}
            """;

    /** @param transport as in {@code server.transport} */
    record Settings(String name, int port, int mockPort, int fastPort, String transport) {}

    /** @param readyMillis from the launcher's start until it accepted requests */
    record Started(Target target, double readyMillis) {
        boolean hasItsTransport() throws IOException {
            return target.process() != null && !target.process().log().contains("refuses the transport");
        }
    }

    private final Path home;
    private final Path folder;

    Gateways(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    Started start(Settings settings) throws Exception {
        return start(settings, FILE);
    }

    /** @param text of the configuration, with the words in capitals that {@link #FILE} has */
    Started start(Settings settings, String text) throws Exception {
        var own = folder.resolve(settings.name.replace(' ', '-'));
        var servers = folder.resolve("mcp-servers/calculator/config.yaml");
        Files.createDirectories(own);
        Files.createDirectories(servers.getParent());
        Files.copy(home.resolve("mcp-servers/calculator/config.yaml"), servers, StandardCopyOption.REPLACE_EXISTING);
        var file = own.resolve("forebay.yaml");
        var ready = own.resolve("ready");
        Files.deleteIfExists(ready);
        Files.writeString(file, filled(settings, text));
        var begun = System.nanoTime();
        var process = Subject.start(
                Cores.MEASURED,
                own.resolve("forebay.log"),
                false,
                Map.of("FOREBAY_READY_FILE", ready.toString()),
                List.of(home.resolve("forebay").toString(), "up", "--config", file.toString()));
        process.await(() -> Files.exists(ready) && ready.toFile().length() > 0);
        var millis = (System.nanoTime() - begun) / 1e6;
        var key = Files.readString(own.resolve("data/local.key")).strip();
        return new Started(
                new Target(
                        settings.name,
                        settings.port,
                        Map.of("authorization", "Bearer " + key),
                        new Target.Saturable(Target.PATH, "fast"),
                        process),
                millis);
    }

    /** Waits for the cache that this gateway's launcher records, if it does. */
    void awaitCache(Target gateway) throws Exception {
        var stamp = home.resolve("target/forebay.aot.stamp");
        var process = gateway.process();
        if (process != null
                && Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                        .contains("AOTMode=record")) {
            Files.deleteIfExists(stamp);
            process.await(() -> Files.exists(stamp) && stamp.toFile().length() > 0);
        }
    }

    private static String filled(Settings settings, String text) {
        return text.replace("TRANSPORT", settings.transport)
                .replace("PORT", Integer.toString(settings.port))
                .replace("MOCK", Integer.toString(settings.mockPort))
                .replace("FAST", Integer.toString(settings.fastPort));
    }
}
