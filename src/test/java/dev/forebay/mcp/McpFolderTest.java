package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class McpFolderTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = Map.of("TOKEN", "t0ken", "GITHUB_TOKEN", "gh");

    @Test
    void readsAServerOfOursWithEveryKeyAndDefault() throws Exception {
        write("search/config.yaml", """
                command: [node, server.js]
                args: [--fast]
                env: {KEY: "${env:TOKEN}"}
                tool_timeouts_seconds: {crawl: 300}
                """);
        var server = only();
        assertEquals("search", server.id());
        assertEquals(List.of("node", "server.js"), server.file().command());
        assertEquals("t0ken", reveal(server.file().env(), "KEY"));
        assertFalse(server.toString().contains("t0ken"));
        assertEquals(10, server.file().connectTimeoutSeconds());
        assertEquals(300, server.file().toolTimeout("crawl").orElseThrow().value());
        assertTrue(server.file().toolTimeout("other").isEmpty());
        assertTrue(server.file().enabled() && !server.file().trusted());
    }

    @Test
    void refusesAnUnknownKeyInOurOwnFileWithTheNearestOne() throws Exception {
        write("a/config.yaml", "comand: x\nurl: http://127.0.0.1/mcp");
        assertTrue(problems().contains("a/config.yaml:1: comand: unknown key; did you mean \"command\"?"));
    }

    @Test
    void takesClarifaisFileAsItIs() throws Exception {
        write("github/config.yaml", """
                model: {id: github-mcp-server, model_type_id: mcp, app_id: main, user_id: me}
                build_info: {python_version: "3.11", node_version: "20.11.1"}
                inference_compute_info: {cpu_limit: 1}
                secrets: [{id: gh, type: env, env_var: GITHUB_TOKEN, description: a token}]
                mcp_server: {command: npx, args: ["-y", "server-github"], env: {MODE: "${env:TOKEN}"}, extra: 1}
                new_block: {x: 1}
                """);
        var file = only().file();
        assertEquals(List.of("npx"), file.command());
        assertEquals(List.of("-y", "server-github"), file.args());
        assertEquals("gh", reveal(file.env(), "GITHUB_TOKEN"));
        assertEquals("t0ken", reveal(file.env(), "MODE"));
    }

    @Test
    void tellsWhereClarifaisFileLacksItsCommand() throws Exception {
        write("a/config.yaml", "model: {id: a, model_type_id: mcp}");
        assertTrue(problems().contains("mcp_server"));
        write("a/config.yaml", "model: {id: a, model_type_id: text-to-text}\nmcp_server: {command: x}");
        assertTrue(problems().contains("need mcp, got text-to-text"));
    }

    @Test
    void readsTheMapThatDesktopClientsShare() throws Exception {
        write("team.json", """
                {"mcpServers": {
                  "local": {"command": "node", "args": ["x.js"], "env": {"A": "b"}, "alwaysAllow": ["x"]},
                  "remote": {"type": "http", "url": "https://example.com/mcp", "headers": {"authorization": "Bearer ${env:TOKEN}"}},
                  "off": {"command": "x", "env": {"A": "${env:ABSENT}"}, "disabled": true}}}
                """);
        var servers = McpFolder.read(folder, environment::get);
        assertEquals(
                List.of("local", "off", "remote"),
                servers.stream().map(McpServer::id).toList());
        assertEquals("Bearer t0ken", reveal(servers.getLast().file().headers(), "authorization"));
        assertFalse(servers.get(1).file().enabled());
    }

    @Test
    void findsTheProblemsOfAllFilesInOneGo() throws Exception {
        write("a/config.yaml", "description: nothing to start");
        write("b/config.yaml", "command: x\nurl: http://127.0.0.1/mcp");
        write("c/config.yaml", "url: ftp://127.0.0.1/mcp");
        write("d/config.yaml", "bundled: calculater");
        write("e/config.yaml", "command: x\nenv: {A: \"${env:ABSENT}\"}");
        write("Bad Name/config.yaml", "command: x");
        write("f/config.yaml", "command: [unclosed");
        write("g.json", "{\"mcpServers\": {\"s\": {\"type\": \"sse\", \"url\": \"http://127.0.0.1/\"}}}");
        write("h/config.yaml", "bundled: time\nsettings: {root: x}");
        var problems = problems();
        for (var expected : List.of(
                "got none",
                "got 2",
                "need an http or https URL",
                "did you mean \"calculator\"",
                "the environment has no variable ABSENT",
                "got \"Bad Name\"",
                "f/config.yaml:",
                "got sse",
                "settings.root belongs to bundled: files")) {
            assertTrue(problems.contains(expected), () -> expected + " is not in\n" + problems);
        }
    }

    @Test
    void aServerThatIsSwitchedOffNeedsNoToken() throws Exception {
        write("a/config.yaml", "command: x\nenv: {A: \"${env:ABSENT}\"}\nenabled: false");
        assertFalse(only().file().enabled());
    }

    @Test
    void refusesTwoServersOfOneName() throws Exception {
        write("same/config.yaml", "command: x");
        write("map.json", "{\"mcpServers\": {\"same\": {\"command\": \"y\"}}}");
        assertTrue(problems().contains("there are two servers \"same\""));
    }

    @Test
    void passesOverFoldersWithoutAConfigurationAndAnAbsentFolder() throws Exception {
        write("npm/package.json", "{}");
        assertTrue(McpFolder.read(folder, environment::get).isEmpty());
        assertTrue(McpFolder.read(folder.resolve("absent"), environment::get).isEmpty());
    }

    @Test
    void readsTheServersThatShipWithForebay() {
        var servers = McpFolder.read(Path.of("mcp-servers"), _ -> null);
        var enabled = servers.stream()
                .filter(s -> s.file().enabled())
                .map(McpServer::id)
                .toList();
        assertEquals(List.of("calculator", "files", "notes", "time"), enabled);
        assertEquals(8, servers.size());
    }

    @Test
    void theGuideNamesEveryKeyOfTheFile() throws Exception {
        var guide = Files.readString(Path.of("docs/guides/mcp-servers.md"));
        for (var key : Binding.keys(McpServerFile.class).keySet()) {
            assertTrue(guide.contains("| `" + key + "` |"), key);
        }
    }

    private McpServer only() {
        var servers = McpFolder.read(folder, environment::get);
        assertEquals(1, servers.size());
        return servers.getFirst();
    }

    private String problems() {
        return String.valueOf(assertThrows(ConfigException.class, () -> McpFolder.read(folder, environment::get))
                .getMessage());
    }

    private static String reveal(Map<String, Secret> secrets, String name) {
        return secrets.get(name).reveal();
    }

    private void write(String file, String text) throws Exception {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
    }
}
