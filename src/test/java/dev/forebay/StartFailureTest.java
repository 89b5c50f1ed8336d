package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot succeed says once what is wrong, where, and what to do. */
class StartFailureTest {
    private static final String GOOD = """
            data: data
            server: {warm_up_millis: 0}
            nodepools:
              - {id: local, base_url: "http://127.0.0.1:1/v1"}
            models:
              - {id: m, nodepools: [local]}
            """;

    @TempDir
    Path folder;

    @Test
    void aFileThatIsNotYaml() throws Exception {
        assertFails(2, GOOD + "more: [a, b\n", "forebay.yaml:7: ", "this is not YAML");
    }

    @Test
    void anUnknownKey() throws Exception {
        assertFails(2, GOOD.replace("server:", "servr:"), "forebay.yaml:2: servr", "did you mean \"server\"?");
    }

    @Test
    void anUnknownNodepool() throws Exception {
        assertFails(
                2,
                GOOD.replace("nodepools: [local]", "nodepools: [lokal]"),
                "forebay.yaml:6: models[0].nodepools[0]",
                "did you mean \"local\"?");
    }

    @Test
    void aValueThatIsOutOfBounds() throws Exception {
        assertFails(
                2, GOOD.replace("warm_up_millis: 0", "port: 70000"), "forebay.yaml:2: server", "port: need 0 to 65535");
    }

    @Test
    void anOptionThatIsOutOfBounds() throws Exception {
        Files.writeString(folder.resolve("forebay.yaml"), GOOD);
        var file = folder.resolve("forebay.yaml").toString();
        try (var program = ForebayProcess.run(Map.of(), "up", "--config", file, "--port", "99999")) {
            assertEquals(2, program.awaitExit());
            assertSays(program, "--port: need 0 to 65535, got 99999");
        }
    }

    @Test
    void aVariableThatIsNotSet() throws Exception {
        assertFails(
                2,
                GOOD.replace("\"http://127.0.0.1:1/v1\"", "\"${env:NO_SUCH_VARIABLE}\""),
                "forebay.yaml:4: nodepools[0].base_url",
                "NO_SUCH_VARIABLE");
    }

    @Test
    void aConfigurationFileThatIsNotThere() throws Exception {
        try (var program = ForebayProcess.run(
                Map.of(), "up", "--config", folder.resolve("nowhere.yaml").toString())) {
            assertEquals(2, program.awaitExit());
            assertSays(program, "nowhere.yaml", "there is no such file");
        }
    }

    @Test
    void anOccupiedPort() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var yaml = GOOD.replace("warm_up_millis: 0", "warm_up_millis: 0, port: " + other.getLocalPort());
            Files.writeString(folder.resolve("forebay.yaml"), yaml);
            try (var program = ForebayProcess.run(
                    Map.of(), "up", "--config", folder.resolve("forebay.yaml").toString())) {
                assertEquals(1, program.awaitExit());
                assertSays(program, "127.0.0.1:" + other.getLocalPort(), "--port");
                assertFalse(program.errors().contains("Exception"), program::errors);
            }
        }
    }

    @Test
    void aDataFolderThatCannotBeWritten() throws Exception {
        // Below a file nobody can make a folder, not even an administrator.
        Files.writeString(folder.resolve("file"), "");
        assertFails(
                1,
                GOOD.replace("data: data", "data: file/data"),
                folder.resolve("file/data").toString(),
                "--data");
    }

    @Test
    void aBadFileOfAnMcpServer() throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers/search"));
        Files.writeString(server.resolve("config.yaml"), "comand: [node, server.js]\n");
        assertFails(
                2,
                GOOD + "mcp: {folder: mcp-servers}\n",
                "mcp-servers/search/config.yaml:1: comand",
                "did you mean \"command\"?");
    }

    @Test
    void aModelWhoseMcpServerIsNotThere() throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers/time"));
        Files.writeString(server.resolve("config.yaml"), "bundled: time\n");
        assertFails(
                2,
                GOOD.replace("[local]}", "[local], agentic: true, agent: {servers: [tme]}}")
                        + "mcp: {folder: mcp-servers}\n",
                "model m: agent.servers: there is no MCP server \"tme\"",
                "did you mean \"time\"?");
    }

    private void assertFails(int exit, String yaml, String... said) throws Exception {
        try (var program = ForebayProcess.up(folder, yaml)) {
            assertEquals(exit, program.awaitExit(), program::errors);
            assertSays(program, said);
        }
    }

    private static void assertSays(ForebayProcess program, String... said) {
        var errors = program.errors();
        for (var words : said) {
            assertTrue(errors.contains(words), errors);
        }
        assertFalse(errors.contains("\tat "), errors);
        assertEquals("", program.output());
    }
}
