package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The requests of {@link FramingTest} behind a reverse proxy that gives its connections to one client after another. If
 * proxy and gateway read one of them differently, what is left of it would answer another client, or be taken for one's
 * request.
 */
class BehindProxySlow {
    private static final int OTHERS = 3;
    private static final Pattern MARK = Pattern.compile("other-\\d+");

    @TempDir
    Path folder;

    private final FakeUpstream engine = FakeUpstream.start().thinking(BehindProxySlow::answer);
    private final Set<String> others = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy"})
    void noRequestOfOneClientAnswersAnother(String name) throws Exception {
        try (engine;
                var gateway = RunningGateway.start(folder, """
                        relay: {request_headers: [x-case, x-folded]}
                        nodepools:
                          - {id: pool, base_url: "%s", max_concurrency: 0}
                        models:
                          - {id: m, nodepools: [pool]}
                        """.formatted(engine.baseUrl()));
                var proxy = FrontProxy.start(name, folder, gateway.port())) {
            assertOneConnectionServesAll(gateway, proxy);
            var attacks = new LinkedHashMap<String, RawClient>();
            var answers = new LinkedHashMap<String, String>();
            for (var one : new FramingCases(gateway.key()).all()) {
                var attack = new RawClient(proxy.port());
                attacks.put(one.name(), attack);
                attack.send(one.bytes());
                // An answer or an end, so that the connection behind the proxy is free for others.
                answers.put(one.name(), attack.some());
                others(gateway, proxy, one.name());
            }
            for (var attack : attacks.entrySet()) {
                answers.merge(attack.getKey(), attack.getValue().rest(), String::concat);
                attack.getValue().close();
            }
            others(gateway, proxy, "all");
            answers.forEach((attack, got) -> assertFalse(MARK.matcher(got).find(), () -> attack + " got " + got));
            assertEachWasAskedOnce();
            System.out.printf(
                    "%s: %d attacks, of which %d were served; %d requests of others, each with its own answer%n",
                    name,
                    attacks.size(),
                    answers.values().stream()
                            .filter(got -> got.contains("\"attack\""))
                            .count(),
                    others.size());
        }
    }

    /** By what it was asked, so that an answer tells whose it is. */
    private static FakeUpstream.Script answer(FakeUpstream.Request request) {
        var mark = MARK.matcher(request.text());
        return Answers.json(Answers.completion(mark.find() ? mark.group() : "attack"));
    }

    private void others(RunningGateway gateway, FrontProxy proxy, String after) throws IOException {
        for (var i = 0; i < OTHERS; i++) {
            var mark = "other-" + others.size();
            others.add(mark);
            try (var other = new RawClient(proxy.port())) {
                other.post(
                        "/v1/chat/completions", gateway.key(), RunningGateway.hello("m", "\"user\":\"" + mark + "\""));
                var answer = other.answer();
                assertEquals(200, answer.status(), () -> "after " + after + ": " + answer);
                assertTrue(answer.body().contains("\"" + mark + "\""), () -> "after " + after + ": " + answer);
            }
        }
    }

    /** Else nothing would be shown: what is left on a connection that nobody uses again harms nobody. */
    private void assertOneConnectionServesAll(RunningGateway gateway, FrontProxy proxy) throws IOException {
        others(gateway, proxy, "nothing");
        var before = connectionsTo(gateway.port());
        others(gateway, proxy, "nothing");
        assertEquals(1, before.size(), before::toString);
        assertEquals(before, connectionsTo(gateway.port()));
    }

    /** The other ends of open ones. */
    private static Set<String> connectionsTo(int port) throws IOException {
        var remote = ":%04X".formatted(port);
        try (var lines = Files.lines(Path.of("/proc/net/tcp"))) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[2].endsWith(remote) && fields[3].equals("01"))
                    .map(fields -> fields[1])
                    .collect(Collectors.toSet());
        }
    }

    private void assertEachWasAskedOnce() {
        var asked = new ArrayList<String>();
        for (var request : engine.requests()) {
            var mark = MARK.matcher(request.text());
            if (mark.find()) {
                asked.add(mark.group());
                assertEquals(RunningGateway.hello("m", "\"user\":\"" + mark.group() + "\""), request.text());
            } else {
                assertEquals(FramingCases.BODY, request.text());
            }
        }
        assertEquals(others.size(), asked.size());
        assertEquals(others, new TreeSet<>(asked));
    }
}
