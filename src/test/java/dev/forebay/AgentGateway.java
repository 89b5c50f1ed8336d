package dev.forebay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.mcp.FaultHttpServer;
import dev.forebay.mcp.FaultServer;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A gateway with agentic models before a fake engine, and real MCP servers: bundled, a child process, over HTTP. */
final class AgentGateway implements AutoCloseable {
    final FakeUpstream engine = FakeUpstream.start();
    final FaultHttpServer remote;
    final RunningGateway gateway;

    private AgentGateway(Path folder, int slots, String models) throws Exception {
        remote = new FaultHttpServer();
        server(folder, "time", "bundled: time\ntrusted: true");
        server(folder, "calculator", "bundled: calculator\ntrusted: true");
        server(folder, "notes", "bundled: notes\ntrusted: true");
        server(folder, "faulty", "command: " + quoted(FaultServer.command()) + "\nconnect_timeout_seconds: 20");
        server(folder, "missing", "command: [no-such-program-anywhere, --stdio]");
        var yaml = """
                mcp: {folder: mcp-servers, allowed_hosts: ["127.0.0.1:%d"]}
                stream: {heartbeat_seconds: 1}
                nodepools:
                  - {id: pool, base_url: "%s", slots: %d, max_concurrency: 0}
                models:
                  - {id: plain, nodepools: [pool]}
                %s""";
        gateway = RunningGateway.start(
                folder, yaml.formatted(URI.create(remote.url()).getPort(), engine.baseUrl(), slots, models));
    }

    /** @param models entries of the list, indented by two blanks */
    static AgentGateway start(Path folder, String models) throws Exception {
        return new AgentGateway(folder, 0, models);
    }

    /** One whose engine takes one request at a time. */
    static AgentGateway startWithOneSlot(Path folder, String models) throws Exception {
        return new AgentGateway(folder, 1, models);
    }

    /** What the engine is sent next. */
    JsonNode asked() throws IOException {
        return RunningGateway.JSON.readTree(engine.awaitRequest().body());
    }

    /** The contents of the messages of one role. */
    static List<String> contents(JsonNode request, String role) {
        var contents = new ArrayList<String>();
        for (var message : request.path("messages")) {
            if (message.path("role").asText().equals(role)) {
                contents.add(message.path("content").asText());
            }
        }
        return contents;
    }

    private static void server(Path folder, String id, String yaml) throws IOException {
        var file = folder.resolve("mcp-servers").resolve(id).resolve("config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
    }

    private static List<String> quoted(List<String> command) {
        return command.stream().map(word -> "'" + word + "'").toList();
    }

    @Override
    public void close() {
        gateway.close();
        engine.close();
        remote.close();
    }
}
