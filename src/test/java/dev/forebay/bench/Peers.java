package dev.forebay.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Other gateways, installed and started by {@code src/test/bench/peers}, where their versions stand too. */
final class Peers {
    private static final String SCRIPT =
            Path.of("src/test/bench/peers").toAbsolutePath().toString();

    private static final Path LOGS = Path.of("target/bench").toAbsolutePath();

    private Peers() {}

    /** Installs what is not there yet, which may take minutes the first time. */
    static Peers installed(List<String> names) throws Exception {
        for (var name : names) {
            var installed = new ProcessBuilder(SCRIPT, "install", name)
                    .inheritIO()
                    .start()
                    .waitFor();
            if (installed != 0) {
                throw new IllegalStateException("could not install " + name + ", see above");
            }
        }
        return new Peers();
    }

    Subject start(String name, int port, int mockPort) throws IOException {
        return Subject.start(
                Cores.MEASURED,
                LOGS.resolve(name + ".log"),
                false,
                Map.of(),
                List.of(SCRIPT, "run", name, Integer.toString(port), Integer.toString(mockPort)));
    }

    /** What a client has to send beside the usual. */
    static Map<String, String> headers(String name, int mockPort) {
        return switch (name) {
            case "litellm" -> Map.of("authorization", "Bearer sk-bench");
            case "portkey" ->
                Map.of(
                        "x-portkey-provider",
                        "openai",
                        "x-portkey-custom-host",
                        "http://127.0.0.1:" + mockPort + "/v1",
                        "authorization",
                        "Bearer sk-bench");
            default -> Map.of();
        };
    }
}
