package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica.State.Failed;
import dev.forebay.compute.Replica.State.Ready;
import dev.forebay.compute.Replica.State.Starting;
import dev.forebay.compute.Replica.State.Stopped;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessProviderTest {
    private static final Pace FAST = new Pace(
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            3,
            6,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMinutes(1));

    private static Vertx vertx;

    @TempDir
    Path data;

    private final Changes changes = new Changes();
    private final List<ProcessProvider> opened = new ArrayList<>();

    @BeforeAll
    static void openVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void closeProviders() {
        opened.forEach(ProcessProvider::close);
    }

    @Test
    void aReplicaIsStartingThenReadyThenStopped() throws Exception {
        var provider = provider(new FreePorts());
        provider.start(pool("small", 30, server("slow")), 0, changes);

        assertInstanceOf(Starting.class, changes.next());
        var endpoint = changes.next(Ready.class).endpoint();
        assertEquals("http://127.0.0.1:" + endpoint.port() + "/v1", endpoint.toString());

        provider.stop("small/0");
        assertInstanceOf(Stopped.class, changes.next());
        assertFalse(answers(endpoint));
    }

    @Test
    void theFirstStateIsReportedBeforeStartReturns() {
        provider(new FreePorts()).start(pool("small", 30, server()), 3, changes);
        assertEquals("small/3", changes.reported().getFirst().id());
    }

    @Test
    void aReplicaThatEndsIsStartedAgainAndTheReasonNamesCodeAndLastLine() throws Exception {
        provider(new FreePorts()).start(pool("small", 30, server()), 0, changes);
        changes.next(Starting.class);
        var first = changes.next(Ready.class).endpoint();
        get(first, "/exit");

        var failed = changes.next(Failed.class);
        assertContains(
                failed.reason(), "nodepool small, replica 0", "exit code 7", "CUDA out of memory", "small-0.log");
        assertFalse(failed.down());
        changes.next(Starting.class);
        assertNotEquals(first.port(), changes.next(Ready.class).endpoint().port());
    }

    @Test
    void aReplicaIsStartedAgainAfterAFaultOfOurs() throws Exception {
        var ports = new FreePorts();
        var asked = new AtomicInteger();
        IntSupplier faulty = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("no port today");
            }
            return ports.getAsInt();
        };
        provider(faulty).start(pool("small", 30, server()), 0, changes);
        changes.next(Starting.class);
        assertContains(changes.next(Failed.class).reason(), "nodepool small", "no port today");
        changes.next(Starting.class);
        changes.next(Ready.class);
    }

    @Test
    void aReplicaThatIsKilledIsStartedAgain() throws Exception {
        var script = "echo $$ > pid; exec " + String.join(" ", server());
        provider(new FreePorts()).start(pool("small", 30, List.of("sh", "-c", script)), 0, changes);
        changes.next(Starting.class);
        changes.next(Ready.class);
        var pid = Long.parseLong(Files.readString(data.resolve("replicas/pid")).strip());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertContains(changes.next(Failed.class).reason(), "nodepool small", "exit code 137 (signal 9)");
        changes.next(Starting.class);
        changes.next(Ready.class);
    }

    @Test
    void threeFailuresInARowAreDownUntilItIsReady() throws Exception {
        var script = "test -f fixed && exec " + String.join(" ", server()) + "; echo broken >&2; exit 3";
        provider(new FreePorts()).start(pool("bad", 30, List.of("sh", "-c", script)), 0, changes);
        changes.next(Starting.class);
        assertContains(changes.next(Failed.class).reason(), "exit code 3", "before it was ready", "\"broken\"");
        changes.next(Starting.class);
        assertFalse(changes.next(Failed.class).down());
        changes.next(Starting.class);
        assertTrue(changes.next(Failed.class).down());

        Files.writeString(data.resolve("replicas/fixed"), "");
        var state = changes.next();
        while (state instanceof Failed) {
            state = changes.next();
        }
        assertInstanceOf(Ready.class, state);
    }

    @Test
    void aProcessThatTakesLongToStartIsAskedAsOftenAsAtFirst() throws Exception {
        var unbounded = new Pace(
                FAST.probe(),
                Duration.ofHours(1),
                FAST.liveness(),
                FAST.answer(),
                3,
                6,
                FAST.restart(),
                FAST.restartMax(),
                FAST.steady());
        // Doubled each time, sixteen probes would take ten minutes.
        provider(new FreePorts(), unbounded).start(pool("long", 60, server("very-slow")), 0, changes);
        changes.next(Starting.class);
        changes.next(Ready.class);
    }

    @Test
    void aReplicaThatIsNotReadyInTimeIsEnded() throws Exception {
        provider(new FreePorts()).start(pool("late", 1, server("never-ready")), 0, changes);
        changes.next(Starting.class);
        var reason = changes.next(Failed.class).reason();
        assertContains(reason, "start_timeout_seconds (1)", "/health", "status 503", "ready_path");
    }

    @Test
    void aReplicaThatAnswersNoProbesIsEndedAndStartedAgain() throws Exception {
        var impatient = new Pace(
                FAST.probe(),
                FAST.probeMax(),
                FAST.liveness(),
                Duration.ofMillis(300),
                3,
                6,
                FAST.restart(),
                FAST.restartMax(),
                FAST.steady());
        provider(new FreePorts(), impatient).start(pool("deaf", 30, server("silent-after-first")), 0, changes);
        changes.next(Starting.class);
        changes.next(Ready.class);
        var silent = changes.next(Failed.class);
        assertContains(silent.reason(), "did not answer 3 probes in a row", "no requests");
        assertFalse(silent.down());
        assertContains(changes.next(Failed.class).reason(), "did not answer 6 probes in a row", "started again");
        changes.next(Starting.class);
    }

    @Test
    void aMissingCommandIsAFailureThatSaysWhatToDo() throws Exception {
        provider(new FreePorts()).start(pool("none", 30, List.of("no-such-engine", "{port}")), 0, changes);
        changes.next(Starting.class);
        assertContains(
                changes.next(Failed.class).reason(), "nodepool none", "no program \"no-such-engine\"", "install it");
    }

    @Test
    void aPortThatIsTakenIsNoFailure() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var free = new FreePorts();
            var ports = new ArrayList<>(List.of(taken.getLocalPort(), taken.getLocalPort()));
            provider(() -> ports.isEmpty() ? free.getAsInt() : ports.removeFirst())
                    .start(pool("small", 30, server()), 0, changes);
            changes.next(Starting.class);
            changes.next(Ready.class);
        }
    }

    @Test
    void aReplicaThatGotNoPortIsStartedAgain() throws Exception {
        var free = new FreePorts();
        var asked = new AtomicInteger();
        IntSupplier scarce = () -> {
            if (asked.getAndIncrement() == 0) {
                throw new UncheckedIOException("there is no free port", new IOException("too many open files"));
            }
            return free.getAsInt();
        };
        provider(scarce).start(pool("small", 30, server()), 0, changes);
        changes.next(Starting.class);
        assertContains(changes.next(Failed.class).reason(), "nodepool small", "no free port", "ulimit -n");
        changes.next(Starting.class);
        changes.next(Ready.class);
    }

    @Test
    void portOrdinalAndThisProgramAreFilledIn() throws Exception {
        var provider = provider(new FreePorts());
        provider.start(pool("own", 30, List.of("forebay", "{port}", "replica-{replica}")), 5, changes);
        changes.next(Starting.class);
        changes.next(Ready.class);
        provider.close();
        assertContains(Files.readString(data.resolve("replicas/own-5.log")), "listening on");
    }

    @Test
    void closingEndsAReplicaThatIgnoresSignals() throws Exception {
        var script = "trap '' TERM; exec " + String.join(" ", server());
        var provider = provider(new FreePorts());
        provider.start(
                LocalReplicas.nodepool(
                        "{id: stubborn, command: [sh, -c, \"" + script + "\"], stop_timeout_seconds: 1}"),
                0,
                changes);
        changes.next(Starting.class);
        var process = LocalReplicas.process(changes.next(Ready.class).endpoint());
        provider.close();
        changes.next(Stopped.class);
        assertFalse(process.isAlive());
    }

    @Test
    void aReplicaThatWaitsForItsRestartCanBeStopped() throws Exception {
        var slow = new Pace(
                FAST.probe(),
                FAST.probeMax(),
                FAST.liveness(),
                FAST.answer(),
                3,
                6,
                Duration.ofHours(1),
                Duration.ofHours(1),
                FAST.steady());
        var provider = provider(new FreePorts(), slow);
        provider.start(pool("bad", 30, List.of("false")), 0, changes);
        changes.next(Starting.class);
        changes.next(Failed.class);
        provider.stop("bad/0");
        changes.next(Stopped.class);
    }

    @Test
    void theSameReplicaCannotBeStartedTwice() {
        var provider = provider(new FreePorts());
        var pool = pool("small", 30, server());
        provider.start(pool, 0, changes);
        assertThrows(IllegalStateException.class, () -> provider.start(pool, 0, changes));
    }

    private ProcessProvider provider(IntSupplier ports) {
        return provider(ports, FAST);
    }

    private ProcessProvider provider(IntSupplier ports, Pace pace) {
        var processes = new Processes(Map.of("PATH", System.getenv("PATH")), null);
        var self = server().subList(0, server().size() - 1);
        var provider = new ProcessProvider(
                processes, self, vertx, data, InstantSource.system(), System::nanoTime, ports, pace);
        opened.add(provider);
        return provider;
    }

    private static Nodepool pool(String id, int startTimeoutSeconds, List<String> command) {
        return new Nodepool(
                id,
                List.of(),
                command,
                Map.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                true,
                0,
                "/health",
                startTimeoutSeconds);
    }

    private static List<String> server(String... modes) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "target/test-classes",
                SmallServer.class.getName(),
                "{port}"));
        command.set(4, Path.of("target/test-classes").toAbsolutePath().toString());
        command.addAll(List.of(modes));
        return command;
    }

    private static void get(Endpoint endpoint, String path) throws InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
        try (var client = HttpClient.newHttpClient()) {
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException _) {
            // It ends without an answer; that is what it is asked for.
        }
    }

    private static boolean answers(Endpoint endpoint) {
        try (var socket = new java.net.Socket("127.0.0.1", endpoint.port())) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    private static void assertContains(String text, String... parts) {
        for (var part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
        }
    }
}
