package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.cli.Verbs;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that talk to a gateway, against one of this JVM. */
class OperatorVerbsTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private FakeUpstream upstream;
    private RunningGateway gateway;

    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
        gateway = RunningGateway.start(
                folder, """
                nodepools:
                  - {id: lab, base_url: "URL", slots: 4}
                  - {id: grown, command: [forebay, demo, --port, "{port}"], slots: 2}
                models:
                  - {id: "org/our:4b", aliases: [ours], nodepools: [lab, grown], autoscale: {max_replicas: 2}}
                """.replace("URL", upstream.baseUrl().toString()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var program = Main.commandLine(new Verbs(environment, folder));
        program.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var exit = program.execute(arguments);
        return new Ran(exit, out.toString(), err.toString());
    }

    private String good(String... arguments) {
        var ran = run(arguments);
        assertEquals(0, ran.exit(), ran.err());
        assertEquals("", ran.err());
        return ran.out();
    }

    private void wrong(int exit, String message, String... arguments) {
        var ran = run(arguments);
        assertEquals(exit, ran.exit(), ran.err());
        assertTrue(ran.err().contains(message), ran.err());
        assertEquals("", ran.out());
    }

    @Test
    void findTheGatewayThatRunsOverTheDataFolder() {
        var list = good("deployment", "list").lines().toList();

        assertEquals("DEPLOYMENT  STATE    QUEUED  OLDEST  REQ/S  NODEPOOLS", list.getFirst());
        assertEquals("org/our:4b  enabled  0       0ms     0.0    lab active 1/0, grown idle 0/0", list.getLast());
        assertEquals(list, good("dp", "ls").lines().toList());
    }

    @Test
    void changeWhatTheyAreToldTo() throws Exception {
        assertTrue(good("dp", "scale", "org/our:4b", "--nodepool", "grown", "--replicas", "0")
                .contains("0 (fixed)"));
        assertTrue(good("dp", "disable", "org/our:4b").contains("disabled"));
        assertTrue(good("dp", "enable", "org/our:4b").contains("enabled"));
        assertFalse(good("dp", "reset", "org/our:4b").contains("(fixed)"));
        assertTrue(good("nodepool", "cordon", "lab").contains("cordoned"));
        assertTrue(good("dp", "get", "org/our:4b").contains("lab is down: nodepool lab is cordoned"));
        assertTrue(good("np", "drain", "lab").contains("draining"));
        assertTrue(good("np", "list").contains("grown"));
        assertTrue(good("np", "uncordon", "lab").contains("lab       static"));
        assertTrue(good("replica", "drain", "lab/0").contains("cordoned"));
        assertTrue(good("replica", "list").contains("lab/0"));
        assertFalse(good("replica", "uncordon", "lab/0").contains("cordoned"));
        assertEquals(0, new AdminClient(gateway).json("/overrides").path("data").size());
    }

    @Test
    void explainARoute() {
        var explained = good("route", "explain", "local/main/models/ours");
        assertTrue(
                explained.startsWith("local/main/models/ours: goes to lab (0 queued, the oldest for 0ms)"), explained);
        assertTrue(explained.contains("closed, because lab has a free slot"), explained);
        assertTrue(explained.contains("cold start not known"), explained);
    }

    @Test
    void printWhatTheGatewaySaidAsJson() throws Exception {
        var json = RunningGateway.JSON.readTree(good("np", "get", "lab", "--output", "json"));
        assertEquals("lab", json.path("id").asText());
        assertEquals(
                "lab",
                RunningGateway.JSON
                        .readTree(good("route", "explain", "ours", "-o", "json"))
                        .path("next")
                        .asText());
    }

    @Test
    void takeUrlAndKeyFromArgumentsOrTheEnvironment() throws Exception {
        var url = "http://127.0.0.1:" + gateway.port();
        var elsewhere = folder.resolve("elsewhere").toString();
        wrong(2, "set FOREBAY_API_KEY", "np", "list", "--url", url, "--data", elsewhere);
        var key = new AdminClient(gateway).key();
        assertTrue(good("np", "list", "--url", url + "/v1/", "--key", key).contains("lab"));
        environment.put("FOREBAY_URL", url);
        environment.put("FOREBAY_API_KEY", key);
        assertTrue(good("np", "list", "--data", elsewhere).contains("lab"));
    }

    @Test
    void theAdminKeyOfTheDataFolderGoesToNoOtherGateway() throws Exception {
        try (var other = new ServerSocket(0)) {
            wrong(2, "needs a key too", "np", "list", "--url", "http://127.0.0.1:" + other.getLocalPort());
            other.setSoTimeout(1);
            assertFalse(isCalled(other));
        }
    }

    private static boolean isCalled(ServerSocket server) throws IOException {
        try (var _ = server.accept()) {
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void sayWhatIsWrong() throws Exception {
        wrong(1, "there is no nodepool \"lap\"; did you mean \"lab\"?", "np", "get", "lap");
        wrong(2, "replicas: need 0 to 2", "dp", "scale", "org/our:4b", "--nodepool", "grown", "--replicas", "3");
        wrong(2, "Invalid value for option '--replicas'", "dp", "scale", "x", "--nodepool", "y", "--replicas", "z");
        wrong(2, "looks like http://127.0.0.1:8080, got nonsense", "np", "list", "--url", "nonsense", "--key", "k");
        wrong(
                1,
                "no gateway runs over the data folder",
                "np",
                "list",
                "--data",
                folder.resolve("none").toString());
        wrong(1, "(the key is from --key)", "np", "list", "--key", "fb_wrong");
        wrong(1, "may not administer the gateway", "np", "list", "--key", gateway.key());
        wrong(1, "no gateway answers at", "np", "list", "--url", "http://127.0.0.1:" + closedPort(), "--key", "k");
        try (var other = FakeUpstream.answering(Answers.json("<html>"))) {
            var url = other.baseUrl().resolve("/").toString();
            wrong(1, "is no Forebay gateway", "np", "list", "--key", "k", "--url", url);
        }
        wrong(2, "Missing required subcommand", "np");
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void followEventsAsAProcessOfItsOwnWithoutVertx() throws Exception {
        try (var process = ForebayProcess.run(
                Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load"),
                "events",
                "--data",
                folder.resolve("data").toString())) {
            RunningGateway.await(
                    () -> process.output().contains("nodepool lab: "), () -> "it says nothing: " + process.errors());
            new AdminClient(gateway).done("/nodepools/lab/cordon", "");
            RunningGateway.await(
                    () -> process.output().contains("decision org/our:4b: grown opened, because lab is down"),
                    () -> "it does not tell of the cordon");
            assertTrue(process.output().contains("dev.forebay.cli."), "classes are not told");
            assertEquals(
                    List.of(),
                    process.output()
                            .lines()
                            .filter(line -> line.contains(" io.vertx.") || line.contains(" io.netty."))
                            .toList());
        }
    }

    @Test
    void theConfigurationIsShownWithWhatIsSetAgainstIt() throws Exception {
        good("np", "cordon", "lab");
        var show = new String[] {
            "config", "show", "--config", folder.resolve("forebay.yaml").toString()
        };

        var running = good(show);
        assertTrue(running.contains("nodepools[lab].slots = 4"), running);
        assertTrue(running.contains("limits.event_streams_max = 32"), running);
        assertTrue(running.contains("nodepool lab: cordoned = true (at "), running);

        gateway.close();
        assertEquals(running, good(show), "the same from the database");
        gateway = RunningGateway.start(
                folder, Files.readString(folder.resolve("forebay.yaml")).replaceFirst("data: data\n", ""));
    }

    @Test
    void theConfigurationIsReadAgain() throws Exception {
        var file = folder.resolve("forebay.yaml");
        var before = Files.readString(file);
        assertEquals("nothing would change\n", good("config", "reload", "--dry-run"));
        Files.writeString(file, before.replace("slots: 4", "slots: 3"));

        var told = good("config", "reload", "--dry-run");
        assertTrue(told.contains("nodepools[lab].slots"), told);
        assertEquals(told, good("config", "reload"));
        assertEquals("nothing changed\n", good("config", "reload"));
        Files.writeString(file, before.replace("slots: 4", "slots: many"));
        wrong(2, "nodepools[0].slots", "config", "reload");
        Files.writeString(file, before);
    }

    @Test
    void areDocumented() throws Exception {
        var page = Files.readString(Path.of("docs/reference/control-api.md"));
        for (var verb : List.of("deployment", "nodepool", "replica", "route")) {
            Main.commandLine()
                    .getSubcommands()
                    .get(verb)
                    .getSubcommands()
                    .keySet()
                    .forEach(each -> assertTrue(page.contains(each), () -> verb + " " + each + " is not documented"));
        }
    }
}
