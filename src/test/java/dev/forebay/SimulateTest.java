package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verb, run as the launcher runs it. */
class SimulateTest {
    private static final String OWN = """
            nodepools:
              - {id: cheap, command: [serve], slots: 8}
              - {id: dear, command: [serve], slots: 8, max_instances: 3}
              - {id: fixed, base_url: http://127.0.0.1:1/v1, max_concurrency: 0}
            models:
              - id: chat
                nodepools: [cheap, dear]
                autoscale: {max_replicas: 10}
              - {id: small, nodepools: [fixed]}
            """;

    private static final String CLARIFAI = """
            deployment:
              id: test-deployment
              autoscale_config: {min_replicas: 1, max_replicas: 2}
              worker: {model: {id: llama}}
              nodepools:
                - {id: gpu-a}
                - {id: gpu-b}
            """;

    @TempDir
    private Path folder;

    @Test
    void answersWithATableOfNodepoolsAndWhatBecameOfTheRequests() throws IOException {
        var answer = run(0, own(), "--model", "chat", "--rates", "20@5m,60@10m", "--cold-start", "dear=90s");

        var lines = answer.lines().toList();
        assertTrue(lines.getFirst().startsWith("model chat: 4"), answer);
        assertTrue(lines.getFirst().endsWith(" requests in 15 min of virtual time, seed 1"), answer);
        assertTrue(
                lines.get(2).matches("nodepool  replicas max  mean   share  utilisation  cold starts +open"), answer);
        assertTrue(lines.get(3).matches("cheap +10 +\\d\\.\\d +\\d\\d\\.\\d % +\\d\\d\\.\\d % +10 +always"), answer);
        assertTrue(lines.get(4).matches("dear +3 .*(once|2 times), .*"), answer);
        assertTrue(lines.stream().anyMatch(line -> line.matches("served +\\d\\d,\\d{3} \\(.* %\\).*")), answer);
        assertTrue(lines.stream().anyMatch(line -> line.matches("refused +(none|.* overloaded .*)")), answer);
        assertTrue(answer.contains("dear opened: cheap is fully loaded"), answer);
        assertFalse(answer.contains("█"), "no plot where nobody looks");
    }

    @Test
    void drawsAPlotWhereAskedTo() throws IOException {
        var answer = run(0, own(), "--model", "chat", "--rate", "60", "--duration", "5m", "--plot");

        for (var title : List.of("queued, at most ", "cheap: replicas ready, at most 10", "dear: % of the requests")) {
            assertTrue(answer.contains("\n" + title), answer);
        }
        assertTrue(answer.contains("█"), answer);
        assertTrue(answer.lines().allMatch(line -> line.length() < 150), answer);
    }

    @Test
    void answersProgramsInJson() throws IOException {
        var json = new JsonMapper()
                .readTree(
                        run(0, own(), "--model", "chat", "--rate", "20", "--duration", "10m", "--seed", "7", "--json"));

        assertEquals(7, json.get("seed").asLong());
        assertEquals(600, json.get("seconds").asDouble());
        assertEquals(
                json.get("arrived").asLong(),
                json.get("served").asLong()
                        + json.get("refused")
                                .valueStream()
                                .mapToLong(n -> n.asLong())
                                .sum()
                        + json.get("in_flight").asLong()
                        + json.get("queued").asLong());
        assertEquals("cheap", json.at("/nodepools/0/nodepool").asText());
        assertTrue(json.at("/nodepools/0/replicas_max").asInt() <= 10);
        assertTrue(json.at("/queue_seconds/p99").asDouble()
                >= json.at("/queue_seconds/p50").asDouble());
    }

    @Test
    void readsClarifaisDeploymentFileToo() throws IOException {
        var file = write("deployment_config.yaml", CLARIFAI);

        var answer = run(0, file, "--slots", "4", "--slots", "gpu-b=8", "--tokens", "200", "--rate", "5");

        assertTrue(answer.startsWith("model llama: "), answer);
        assertTrue(answer.contains("\ngpu-a "), answer);
        assertTrue(answer.contains("\ngpu-b "), answer);
    }

    @Test
    void takesServersThatRunAlreadyAsTheyAre() throws IOException {
        var answer = run(0, own(), "--model", "small", "--slots", "4", "--rate", "1", "--service-seconds", "0.5");

        assertTrue(answer.lines().anyMatch(line -> line.matches("fixed +1 +1\\.0 +100\\.0 % .* 1 +always")), answer);
    }

    @Test
    void saysWhatIsWrongWithAnArgument() throws IOException {
        assertWrong("there is no file", folder.resolve("none.yaml"), "--rate", "1");
        assertWrong("--model: need one of those in ", own(), "--rate", "1");
        assertWrong("--model: there is no model \"chatt\"", own(), "--model", "chatt", "--rate", "1");
        assertWrong("did you mean \"chat\"?", own(), "--model", "chatt", "--rate", "1");
        assertWrong("--slots: nodepool fixed has no limit", own(), "--model", "small", "--rate", "1");
        assertWrong("--rate: need either --rate (with --duration) or --rates, got none", chat());
        assertWrong("got both", chat("--rate", "1", "--rates", "1@1m"));
        assertWrong("--rate: need a number, got many", chat("--rate", "many"));
        assertWrong("--rate: need 0 to 1000000, got -1", chat("--rate", "-1"));
        assertWrong("--duration: need a time such as 30s, 5m or 1h, got 5", chat("--rate", "1", "--duration", "5"));
        assertWrong("--duration: each of --rates has its own", chat("--rates", "1@1m", "--duration", "5m"));
        assertWrong("--rates: need rate@time and commas between", chat("--rates", "1@1m,5"));
        assertWrong("at most 20 million requests", chat("--rate", "100000"));
        assertWrong("--duration: need at most 7 days", chat("--rates", "1@100h,1@100h"));
        assertWrong("--cold-start: there is no nodepool \"daer\"", chat("--rate", "1", "--cold-start", "daer=9s"));
        assertWrong("--service-seconds: need 0.001 to 3600, got 0", chat("--rate", "1", "--service-seconds", "0"));
        assertWrong(
                "either --tokens or --service-seconds", chat("--rate", "1", "--tokens", "9", "--service-seconds", "1"));
        assertWrong("has no effect without --tokens", chat("--rate", "1", "--tokens-per-second", "50"));
    }

    private Object[] chat(String... arguments) throws IOException {
        var all = new ArrayList<Object>(List.of(own(), "--model", "chat"));
        all.addAll(List.of(arguments));
        return all.toArray();
    }

    private void assertWrong(String message, Object... arguments) {
        var answer = run(2, arguments);
        assertTrue(answer.startsWith("forebay: "), answer);
        assertTrue(answer.contains(message), answer);
        assertEquals(1, answer.lines().count(), answer);
    }

    private Path own() throws IOException {
        return write("forebay.yaml", OWN);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** What it printed, to whichever stream. */
    private static String run(int status, Object... arguments) {
        var out = new StringWriter();
        var command = new ArrayList<String>(List.of("simulate"));
        for (var argument : arguments) {
            command.add(argument.toString());
        }
        var writer = new PrintWriter(out, true);
        var exit = Main.commandLine()
                .setOut(writer)
                .setErr(writer)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(command.toArray(String[]::new));
        assertEquals(status, exit, out.toString());
        return out.toString();
    }
}
