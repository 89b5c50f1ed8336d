package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that two servers might read differently, byte for byte, each with a request of good form behind it. What counts
 * is how many answers come and how many requests the model server sees: one too many would be somebody else's.
 */
class FramingTest {
    @TempDir
    static Path folder;

    private static final FakeUpstream engine = FakeUpstream.start();
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        engine.otherwise(Answers.json(Answers.completion("hi")));
        gateway = RunningGateway.start(folder, """
                relay: {request_headers: [x-case, x-folded]}
                nodepools:
                  - {id: pool, base_url: "%s"}
                models:
                  - {id: m, nodepools: [pool]}
                """.formatted(engine.baseUrl()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        engine.close();
    }

    /** All are sent before the first is looked at, since the gateway takes its time to close a connection. */
    @TestFactory
    Stream<DynamicTest> eachRequestGetsOneAnswerAndNoneIsMadeUp() throws Exception {
        var cases = new FramingCases(gateway.key()).all();
        var tests = new ArrayList<DynamicTest>();
        for (var i = 0; i < cases.size(); i++) {
            var sent = cases.get(i);
            var number = Integer.toString(1000 + i);
            var client = new RawClient(gateway.port());
            client.send(sent.bytes().replace("CASE", number));
            tests.add(DynamicTest.dynamicTest(sent.name(), () -> {
                assertEquals(sent.statuses(), statuses(client));
                var forwarded = engine.requests().stream()
                        .filter(request -> number.equals(request.header("x-case")))
                        .toList();
                assertEquals(sent.forwarded(), forwarded.size());
                for (var request : forwarded) {
                    assertEquals(FramingCases.BODY, request.text());
                    assertTrue(
                            request.head().stream().noneMatch(line -> line.startsWith(" ")), request.head()::toString);
                }
            }));
        }
        return tests.stream();
    }

    @AfterEach
    void nothingElseWasForwarded() {
        assertTrue(engine.requests().stream().allMatch(request -> request.header("x-case") != null));
    }

    /** Of all answers until the gateway ends the connection, each of them whole and in the form of the API. */
    private static List<String> statuses(RawClient client) throws IOException {
        var statuses = new ArrayList<String>();
        try (client) {
            while (true) {
                var answer = client.nextAnswer();
                if (answer.isEmpty()) {
                    return statuses;
                }
                var live = answer.get().body().equals("live\n") ? " live" : "";
                statuses.add(answer.get().status() + live);
                if (answer.get().status() >= 400) {
                    assertTrue(answer.get().body().startsWith("{\"error\":{\"message\":\""), answer.get()::body);
                }
            }
        } catch (SocketException _) {
            // A reset tells as well that nothing more comes.
            return statuses;
        }
    }
}
