package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.mcp.FaultServer;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of tools that are larger than anybody should hold, through a gateway with a heap of 256 MiB. */
class LargeResultTest {
    private static final int ALLOWED_KIB = 700 * 1024;

    @TempDir
    Path folder;

    @Test
    void aHundredMegabytesAreRefusedAndTenAreCutWithinBoundedMemory() throws Exception {
        try (var engine = FakeUpstream.start().thinking(Obedient::answer);
                var gateway = ForebayProcess.up(folder, configuration(engine))) {
            gateway.awaitReady();
            var key = ForebayProcess.key(folder);
            var before = peakKib(gateway);
            var huge = result(gateway, key, "large {\"bytes\":100000000}");
            assertTrue(huge.startsWith("error: ") && huge.endsWith("Ask for less, such as a smaller range."), huge);
            var large = result(gateway, key, "large {\"bytes\":10000000}");
            assertTrue(large.length() <= 32 * 1024, () -> large.length() + " characters");
            assertTrue(large.contains("\n[truncated 99"), () -> large.substring(0, 100));
            // Neither has cost the connection, or the next call its answer.
            assertEquals("small", result(gateway, key, "echo {\"text\":\"small\"}"));
            var after = peakKib(gateway);
            System.out.println("A result of 100 MB and one of 10 MB: peak resident memory of the gateway "
                    + before / 1024 + " MiB before, " + after / 1024 + " MiB after");
            assertTrue(after < ALLOWED_KIB, () -> after + " KiB");
        }
    }

    private String configuration(FakeUpstream engine) throws IOException {
        var command = FaultServer.command().stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        var file = folder.resolve("mcp-servers/faulty/config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "command: " + command + "\nconnect_timeout_seconds: 20");
        return """
                data: data
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: "%s"}
                models:
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [faulty]}}
                """.formatted(engine.baseUrl());
    }

    private static String result(ForebayProcess gateway, String key, String call) throws Exception {
        var answer = gateway.chat(key, Obedient.tell("agent", call));
        assertEquals(200, answer.statusCode(), answer::body);
        return RunningGateway.json(answer)
                .at("/choices/0/message/content")
                .asText()
                .replace("On it. ", "");
    }

    /** The most memory that it has had, as Linux tells it; 0 elsewhere. */
    private static long peakKib(ForebayProcess gateway) throws IOException {
        var status = Path.of("/proc", Long.toString(gateway.pid()), "status");
        return Files.isReadable(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                : 0;
    }
}
