package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that belong together, or begin alike, meet at one of two replicas as long as that leaves the load even. */
class SessionsTest {
    private static final String[] NONE = {};

    @TempDir
    static Path folder;

    private static FakeUpstream engine;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        engine = FakeUpstream.start();
        var server = folder.resolve("mcp-servers/calculator/config.yaml");
        Files.createDirectories(server.getParent());
        Files.writeString(server, "bundled: calculator\ntrusted: true");
        gateway = RunningGateway.start(folder, """
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: ["URL/0/v1", "URL/1/v1"], max_concurrency: 0}
                models:
                  - {id: prefix, nodepools: [pool]}
                  - {id: session, nodepools: [pool], affinity: session}
                  - {id: off, nodepools: [pool], affinity: off}
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [calculator]}}
                """.replace("URL", "http://127.0.0.1:" + engine.port()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        engine.close();
    }

    @BeforeEach
    void itAnswers() {
        engine.forgetRequests();
        engine.thinking(Answers::helloAsAsked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix", "session", "agent"})
    void aSessionKeepsItsReplicaAndSessionsAreSpread(String model) throws Exception {
        assertTogether(model, "\"user\":\"x\"", session("one"));
        assertTogether(model, "\"prompt_cache_key\":\"two\"", NONE);
        var replicas = new HashSet<String>();
        for (var i = 0; i < 20; i++) {
            replicas.add(replica(RunningGateway.hello(model), session("s" + i)));
        }
        assertEquals(Set.of("pool/0", "pool/1"), replicas);
    }

    @Test
    void theHeaderComesBeforeTheMemberAndTheMemberBeforeThePrompt() throws Exception {
        var byHeader = replica(RunningGateway.hello("prefix"), session("one"));
        var other = 0;
        while (replica(member("k" + other), NONE).equals(byHeader)) {
            other++;
        }
        var byMember = replica(member("k" + other), NONE);
        assertNotEquals(byHeader, byMember);
        for (var i = 0; i < 5; i++) {
            assertEquals(byHeader, replica(member("k" + other), session("one")));
            assertEquals(byMember, replica(longPrompt("prefix", i, "\"prompt_cache_key\":\"k" + other + "\""), NONE));
        }
    }

    @Test
    void promptsThatBeginAlikeMeet() throws Exception {
        for (var path : List.of("/v1/chat/completions", "/v1/completions")) {
            var replicas = new HashSet<String>();
            for (var conversation = 0; conversation < 12; conversation++) {
                var first = replica(path, longPrompt("prefix", conversation), NONE);
                assertEquals(first, replica(path, longPrompt("prefix", conversation, "\"n\":1"), NONE));
                replicas.add(first);
            }
            assertEquals(2, replicas.size(), path);
        }
    }

    @Test
    void withoutAffinityRequestsTakeTurns() throws Exception {
        assertSpread("off", longPrompt("off", 1), session("one"));
        assertSpread("session", longPrompt("session", 1), NONE);
        assertSpread("prefix", RunningGateway.hello("prefix"), NONE);
    }

    /** What they are made of leaves nothing in a cache that the next one could use. */
    @Test
    void embeddingsTakeTurns() throws Exception {
        var replicas = new HashSet<String>();
        for (var i = 0; i < 4; i++) {
            var body = "{\"model\":\"prefix\",\"input\":\"" + "word ".repeat(1000) + "\"}";
            replicas.add(replica("/v1/embeddings", body, NONE));
        }
        assertEquals(2, replicas.size());
    }

    @Test
    void allRoundsOfAnAgentGoToTheSameReplica() throws Exception {
        for (var i = 0; i < 6; i++) {
            engine.forgetRequests();
            engine.thinking(request -> request.text().contains("\"role\":\"tool\"")
                    ? Rounds.saying("four")
                    : Rounds.calling("", Rounds.call("c1", "calculate", "{\"expression\":\"2+2\"}")));
            var answer = gateway.post("/v1/chat/completions", RunningGateway.hello("agent"), session("agent " + i));
            assertEquals(200, answer.statusCode(), answer.body());
            var paths = engine.requests().stream()
                    .map(request -> request.line().substring("POST /".length(), "POST /0".length()))
                    .toList();
            assertEquals(2, paths.size());
            assertEquals(1, new HashSet<>(paths).size(), paths::toString);
            assertEquals("pool/" + paths.getFirst(), header(answer));
        }
    }

    @Test
    void anOverloadedReplicaIsLeft() throws Exception {
        var all = new CountDownLatch(1);
        engine.otherwise(peer -> held(peer, all));
        var asked = new ArrayList<Later<HttpResponse<String>>>();
        for (var i = 0; i < 6; i++) {
            asked.add(Later.of(
                    () -> gateway.post("/v1/chat/completions", RunningGateway.hello("session"), session("hot"))));
            engine.awaitRequest();
        }
        all.countDown();
        assertEvenWithin(1.25 * 3 + 2, asked);
    }

    /** T15 of the specification of routing. */
    @Test
    void aPrefixThatNearlyAllShareMakesNoHotSpot() throws Exception {
        var all = new CountDownLatch(1);
        engine.otherwise(peer -> held(peer, all));
        var asked = new ArrayList<Later<HttpResponse<String>>>();
        for (var i = 0; i < 25; i++) {
            var prompt = i % 12 == 0 ? longPrompt("prefix", 1000 + i) : longPrompt("prefix", 7);
            asked.add(Later.of(() -> gateway.post("/v1/chat/completions", prompt)));
            engine.awaitRequest();
        }
        all.countDown();
        assertEvenWithin(1.25 * 12.5 + 2, asked);
    }

    @Test
    void aSessionIsNotLoggedAndNotSentOn() throws Exception {
        try (var log = new CapturedLog()) {
            replica(RunningGateway.hello("session"), session("the-name-of-a-session"));
            RunningGateway.await(() -> log.text().contains("session"), log::text);
            assertFalse(log.text().contains("the-name-of-a-session"), log::text);
        }
        var asked = engine.awaitRequest();
        assertTrue(asked.head().stream().noneMatch(line -> line.contains("the-name")), () -> "" + asked.head());
    }

    private static void held(Peer peer, CountDownLatch until) throws Exception {
        until.await();
        Answers.json(Answers.completion("hello")).play(peer);
    }

    private static void assertEvenWithin(double most, List<Later<HttpResponse<String>>> asked) throws Exception {
        var counts = new int[2];
        for (var each : asked) {
            var answer = each.get(20, TimeUnit.SECONDS);
            counts[header(answer).charAt("pool/".length()) - '0']++;
        }
        assertTrue(Math.max(counts[0], counts[1]) <= most, () -> counts[0] + " and " + counts[1]);
    }

    private static void assertTogether(String model, String member, String... headers) throws Exception {
        var first = replica(RunningGateway.hello(model, member), headers);
        for (var i = 0; i < 8; i++) {
            assertEquals(first, replica(RunningGateway.hello(model, member), headers));
        }
    }

    private static void assertSpread(String model, String body, String... headers) throws Exception {
        var replicas = new HashSet<String>();
        for (var i = 0; i < 4; i++) {
            replicas.add(replica(body, headers));
        }
        assertEquals(2, replicas.size(), model);
    }

    private static String member(String key) {
        return RunningGateway.hello("prefix", "\"prompt_cache_key\":\"" + key + "\"");
    }

    /** For chat and completions at once: each reads its own member. */
    private static String longPrompt(String model, int conversation, String... members) {
        var text = ("conversation " + conversation + " ").repeat(200);
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]"
                + (members.length == 0 ? "" : "," + members[0]) + "}";
    }

    private static String[] session(String id) {
        return new String[] {"x-session-id", id};
    }

    private static String replica(String body, String... headers) throws Exception {
        return replica("/v1/chat/completions", body, headers);
    }

    private static String replica(String path, String body, String... headers) throws Exception {
        var sent = path.equals("/v1/completions")
                ? body.replace("\"messages\":[{\"role\":\"user\",\"content\":", "\"prompt\":")
                        .replace("\"}]", "\"")
                : body;
        var answer = gateway.post(path, sent, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return header(answer);
    }

    private static String header(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-forebay-replica").orElse("");
    }
}
