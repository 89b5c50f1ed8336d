package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.mcp.FaultHttpServer;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of every kind go through a gateway that logs all it can, and come out only where they belong. */
class SecretsTest {
    private static final String POOL_KEY = "canary-pool-7f3a1";
    private static final String TOOL_TOKEN = "canary-tool-9b2c4";
    private static final String CHILD_TOKEN = "canary-child-5d8e0";
    private static final String UNRELATED = "canary-unrelated-1a6f9";
    private static final String WRONG_KEY = "canary-wrong-3c7d2";
    private static final String PROMPT = "canary-prompt-8e5b6";

    @TempDir
    Path folder;

    private final FakeUpstream engine = FakeUpstream.start();
    private final List<String> shown = new ArrayList<>();

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void appearInNoLogMetricErrorOrAnswer() throws Exception {
        try (var tools = new FaultHttpServer()) {
            server("remote", "url: " + tools.url() + "\nheaders: {authorization: 'Bearer ${env:TOOL_TOKEN}'}");
            server("child", "command: [sh, -c, 'exit 3']\nenv: {TOKEN: '${env:CHILD_TOKEN}'}");
            var environment = Map.of(
                    "POOL_KEY", POOL_KEY,
                    "TOOL_TOKEN", TOOL_TOKEN,
                    "CHILD_TOKEN", CHILD_TOKEN,
                    "UNRELATED_SECRET", UNRELATED,
                    "FOREBAY_LOG_LEVEL", "trace");
            try (var gateway = ForebayProcess.up(folder, yaml(tools), environment)) {
                gateway.awaitReady();
                useAll(gateway);
                shown.add(gateway.get("/metrics").body());
                shown.add(gateway.get("/health/ready").body());
                gateway.terminate();
                assertEquals(0, gateway.awaitExit());
                // The first start shows the admin's key once; nothing else ever does.
                shown.add(gateway.output().replaceFirst(key("admin"), ""));
                shown.add(gateway.errors());
            }
        }
        assertTrue(shown.getLast().contains("\"level\":\"trace\""), shown::getLast);
        assertTrue(engine.requests().stream()
                .allMatch(request -> ("Bearer " + POOL_KEY).equals(request.header("authorization"))));
        for (var text : shown) {
            for (var secret : List.of(
                    POOL_KEY, TOOL_TOKEN, CHILD_TOKEN, UNRELATED, WRONG_KEY, PROMPT, key("local"), key("admin"))) {
                assertFalse(text.contains(secret), () -> secret + " is in " + text);
            }
        }
    }

    private void useAll(ForebayProcess gateway) throws Exception {
        var body = RunningGateway.hello("m").replace("hello", PROMPT);
        var agentic = RunningGateway.hello("agent").replace("hello", PROMPT);
        engine.then(Answers.json(Answers.completion("fine")));
        say(gateway, key("local"), body, 200);
        say(gateway, WRONG_KEY, body, 401);
        say(gateway, key("local") + "x", body, 401);
        for (var status : List.of(401, 403, 400, 500)) {
            engine.then(Answers.refusal(status, "{\"error\":{\"message\":\"no\"}}"));
            gateway.chat(key("local"), body);
        }
        engine.then(Answers.reset());
        say(gateway, key("local"), body, 502);
        say(gateway, key("local"), body.replace("\"m\"", "\"unknown\""), 404);
        say(gateway, key("local"), "{\"model\":\"m\",\"messages\":[" + PROMPT, 400);
        engine.then(calling("Wait. ", call("c1", "echo", "{\"text\":\"" + PROMPT + "\"}")))
                .then(saying("done"));
        say(gateway, key("local"), agentic, 200);
        try (var client = new RawClient(gateway.awaitReady().getPort())) {
            client.send("GET /v1/models?api_key=" + WRONG_KEY + " HTTP/1.1\r\nhost: x\r\nx-secret: " + WRONG_KEY
                    + "\r\nx-request-id: a b " + WRONG_KEY + "\r\n\r\n");
            shown.add(client.answer().toString());
        }
    }

    private void say(ForebayProcess gateway, String key, String body, int status) throws Exception {
        var answer = gateway.chat(key, body);
        assertEquals(status, answer.statusCode(), answer::body);
        shown.add(answer.headers().map() + answer.body());
    }

    private String yaml(FaultHttpServer tools) {
        return """
                data: data
                server: {warm_up_millis: 0}
                mcp: {folder: mcp-servers, allowed_hosts: ["127.0.0.1:%d"]}
                nodepools:
                  - {id: pool, base_url: "%s", api_key: "${env:POOL_KEY}"}
                models:
                  - {id: m, nodepools: [pool]}
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [remote, child]}}
                """.formatted(URI.create(tools.url()).getPort(), engine.baseUrl());
    }

    private void server(String id, String yaml) throws Exception {
        var server = Files.createDirectories(folder.resolve("mcp-servers").resolve(id));
        Files.writeString(server.resolve("config.yaml"), yaml);
    }

    private String key(String whose) throws Exception {
        return Files.readString(folder.resolve("data").resolve(whose + ".key")).strip();
    }
}
