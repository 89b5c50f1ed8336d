package dev.forebay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The processes of a benchmark and where they run: what is measured alone on one core, load generator and model server on
 * another. All files are below {@code target/bench}.
 */
final class Stage implements AutoCloseable {
    static final int LOAD_CORE = 0;
    static final int MEASURED_CORE = 1;

    /** The default of {@code server.warm_up_millis}. */
    static final int WARM_UP_MILLIS = 200;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String FILE = """
            data: data
            server: {port: PORT, event_loops: 1, warm_up_millis: WARM_UP}
            mcp: {folder: mcp-servers}
            nodepools:
              - {id: mock, base_url: "http://127.0.0.1:MOCK/v1"}
            models:
              - {id: bench, nodepools: [mock]}
              - {id: agent, nodepools: [mock], agentic: true}
              - {id: tools, nodepools: [mock], agentic: true, agent: {servers: [calculator]}}
            """;
    private static final String NGINX = """
            daemon off; master_process off; pid FOLDER/nginx.pid; error_log FOLDER/nginx.log;
            events { worker_connections 20000; }
            http {
              access_log FOLDER/nginx-access.log combined buffer=32k flush=1s;
              client_body_temp_path FOLDER/nginx-body; proxy_temp_path FOLDER/nginx-proxy;
              fastcgi_temp_path FOLDER/nginx-f; uwsgi_temp_path FOLDER/nginx-u; scgi_temp_path FOLDER/nginx-s;
              keepalive_requests 1000000000; keepalive_timeout 75s;
              upstream mock { server 127.0.0.1:MOCK; keepalive 512; keepalive_requests 1000000000; }
              server {
                listen 127.0.0.1:PORT backlog=4096;
                location / {
                  proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header connection "";
                  proxy_buffering off; proxy_read_timeout 600s;
                }
              }
            }
            """;

    private final Path home = Path.of("").toAbsolutePath();
    private final Path folder = home.resolve("target/bench");
    private final List<Subject> running = new ArrayList<>();
    private final int mockPort;
    private double readyMillis;

    Stage() throws Exception {
        Files.createDirectories(folder.resolve("mcp-servers/calculator"));
        Files.copy(
                home.resolve("mcp-servers/calculator/config.yaml"),
                folder.resolve("mcp-servers/calculator/config.yaml"),
                StandardCopyOption.REPLACE_EXISTING);
        pinThisProcess();
        var mock = running(Subject.start(LOAD_CORE, folder.resolve("mock.log"), true, Map.of(), mockCommand()));
        mockPort = Integer.parseInt(mock.firstLine());
    }

    Target direct() {
        return new Target("direct", mockPort, "", null);
    }

    /** Empty where nginx is not installed. */
    Optional<Target> nginx() throws Exception {
        var program = List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx").stream()
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        var port = freePort();
        var file = folder.resolve("nginx.conf");
        Files.writeString(file, filled(NGINX, port));
        var process = running(Subject.start(
                MEASURED_CORE,
                folder.resolve("nginx-out.log"),
                false,
                Map.of(),
                List.of(program.get(), "-c", file.toString(), "-p", folder.toString())));
        awaitPort(port, process);
        return Optional.of(new Target("nginx", port, "", process));
    }

    Target gateway() throws Exception {
        return gateway("on", WARM_UP_MILLIS);
    }

    /** @param aot {@code on} or {@code off}: whether the JVM may use its cache */
    Target gateway(String aot, int warmUpMillis) throws Exception {
        var port = freePort();
        var file = folder.resolve("forebay.yaml");
        var ready = folder.resolve("ready");
        Files.deleteIfExists(ready);
        Files.writeString(file, filled(FILE, port).replace("WARM_UP", Integer.toString(warmUpMillis)));
        var begun = System.nanoTime();
        var process = running(Subject.start(
                MEASURED_CORE,
                folder.resolve("forebay.log"),
                false,
                Map.of("FOREBAY_READY_FILE", ready.toString(), "FOREBAY_AOT", aot),
                List.of(home.resolve("forebay").toString(), "up", "--config", file.toString())));
        awaitFile(ready, process);
        readyMillis = (System.nanoTime() - begun) / 1e6;
        return new Target(
                "forebay",
                port,
                Files.readString(folder.resolve("data/local.key")).strip(),
                process);
    }

    /** How long the last gateway took from the launcher's start until it accepted requests. */
    double readyMillis() {
        return readyMillis;
    }

    /** Lets the launcher record the JVM's cache if it has none that fits. */
    void recordCache() throws Exception {
        var stamp = home.resolve("target/forebay.aot.stamp");
        var gateway = gateway();
        var process = gateway.process();
        if (process != null && isRecording(process)) {
            Files.deleteIfExists(stamp);
            awaitFile(stamp, process);
        }
        close(gateway);
    }

    void close(Target target) {
        var process = target.process();
        if (process != null) {
            process.close();
            running.remove(process);
        }
    }

    @Override
    public void close() {
        running.reversed().forEach(Subject::close);
    }

    private static boolean isRecording(Subject process) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).contains("AOTMode=record");
    }

    private static List<String> mockCommand() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MockModel.class.getName());
    }

    private String filled(String text, int port) {
        return text.replace("FOLDER", folder.toString())
                .replace("PORT", Integer.toString(port))
                .replace("MOCK", Integer.toString(mockPort));
    }

    private Subject running(Subject process) {
        running.add(process);
        return process;
    }

    private static void pinThisProcess() throws Exception {
        var pid = Long.toString(ProcessHandle.current().pid());
        var pinned = new ProcessBuilder("taskset", "-apc", Integer.toString(LOAD_CORE), pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (pinned != 0) {
            throw new IllegalStateException("taskset could not pin this process to core " + LOAD_CORE);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitPort(int port, Subject process) throws Exception {
        await(process, () -> {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }

    static void awaitFile(Path file, Subject process) throws Exception {
        await(process, () -> Files.exists(file) && file.toFile().length() > 0);
    }

    private static void await(Subject process, BooleanSupplier condition) throws Exception {
        var begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new IllegalStateException("a process did not start; its log is in target/bench");
            }
            Thread.sleep(2);
        }
    }
}
