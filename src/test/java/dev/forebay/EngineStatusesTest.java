package dev.forebay;

import static dev.forebay.HostileEngine.End.brokenOff;
import static dev.forebay.HostileEngine.End.complete;
import static dev.forebay.HostileEngine.End.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.HostileEngine.End;
import dev.forebay.HostileEngine.Way;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of status from a nodepool of three replicas: what the client gets, and how many of them were asked. */
class EngineStatusesTest {
    private record Row(String name, FakeUpstream.Script script, End end) {}

    private static final String SAID =
            "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":\"p\",\"code\":\"theirs\"}}";

    @TempDir
    static Path folder;

    private static HostileEngine hostile;

    @BeforeAll
    static void start() throws Exception {
        hostile = new HostileEngine(folder, 3);
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        try (var ending = hostile) {
            ending.assertNothingIsLeft();
        }
    }

    private static Stream<Arguments> statuses() {
        var rows = new ArrayList<Row>();
        for (var status : List.of(400, 404, 405, 413, 415, 422)) {
            rows.add(refusal(status, refused(status, "theirs", "upstream_4xx")));
        }
        rows.add(refusal(409, refused(409, "theirs", "upstream_4xx").withTries(3)));
        rows.add(refusal(429, refused(429, "theirs", "upstream_4xx").withTries(3)));
        rows.add(refusal(401, refused(502, "upstream_unauthorized", "upstream_4xx")));
        rows.add(refusal(403, refused(502, "upstream_unauthorized", "upstream_4xx")));
        for (var status : List.of(500, 501, 505, 599)) {
            rows.add(refusal(status, refused(502, "upstream_error", "upstream_5xx")));
        }
        rows.add(refusal(502, refused(502, "upstream_error", "upstream_5xx").withTries(3)));
        rows.add(refusal(503, refused(503, "upstream_error", "upstream_5xx").withTries(3)));
        rows.add(refusal(504, refused(504, "upstream_error", "upstream_5xx").withTries(3)));
        for (var status : List.of(204, 300, 301, 302, 303, 304, 307, 308, 399)) {
            rows.add(refusal(status, refused(502, "upstream_error", "upstream_broken")));
        }
        rows.add(new Row(
                "101",
                peer -> peer.head(101, "upgrade: h2c", "connection: upgrade").stall(),
                broken()));
        rows.add(new Row("102, then nothing", peer -> peer.head(102).stall(), broken()));
        rows.add(
                new Row("a status of 600", Answers.refusal(600, SAID), refused(502, "upstream_error", "upstream_5xx")));
        rows.add(new Row(
                "a page with 500",
                peer -> peer.whole(500, "text/html", "<html>oops</html>".getBytes(StandardCharsets.UTF_8)),
                refused(502, "upstream_error", "upstream_5xx")));
        rows.add(new Row(
                "a page with 404",
                peer -> peer.whole(404, "text/html", "<html>oops</html>".getBytes(StandardCharsets.UTF_8)),
                refused(404, "upstream_refused", "upstream_4xx")));
        rows.add(new Row(
                "a refusal that is cut",
                peer -> peer.head(400, "content-length: 900")
                        .raw(SAID.substring(0, 20))
                        .close(),
                refused(400, "upstream_refused", "upstream_4xx")));
        return rows.stream().flatMap(row -> Stream.of(Way.values()).map(way -> Arguments.of(row.name, way, row)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("statuses")
    void always(String name, Way way, Row row) throws Exception {
        assertEquals(row.end, hostile.ask(way, (peer, _) -> row.script.play(peer), ""));
    }

    private static Stream<Arguments> interim() {
        return Stream.of("100 Continue", "103 Early Hints")
                .flatMap(status -> Stream.of(Way.values()).map(way -> Arguments.of(status, way)));
    }

    @ParameterizedTest
    @MethodSource("interim")
    void theAnswerAfterAnInterimStatusIsTheAnswer(String status, Way way) throws Exception {
        var end = hostile.ask(way, (peer, _) -> hello(way).play(peer.raw("HTTP/1.1 " + status + "\r\n\r\n")), "");
        assertEquals(complete("hello"), end);
    }

    private static Stream<Arguments> once() {
        return Stream.of(409, 429, 500, 502, 503, 504)
                .flatMap(status -> Stream.of(Way.values()).map(way -> Arguments.of(status, way)));
    }

    @ParameterizedTest
    @MethodSource("once")
    void once(int status, Way way) throws Exception {
        hostile.engine.then(Answers.refusal(status, SAID));
        var end = hostile.ask(way, (peer, _) -> hello(way).play(peer), "");
        // Whoever says 500 has begun to work on the request; the others could not.
        assertEquals(
                status == 500
                        ? refused(502, "upstream_error", "upstream_5xx")
                        : complete("hello").withTries(2),
                end);
    }

    @ParameterizedTest
    @EnumSource
    void aReplicaThatBreaksOffBeforeItHasAnsweredIsFollowedByAnother(Way way) throws Exception {
        hostile.engine.then(Answers.cut()).then(peer -> peer.raw("HTTP/1.1 200").close());
        var end = hostile.ask(way, (peer, _) -> hello(way).play(peer), "");
        assertEquals(complete("hello").withTries(3), end);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RELAYED_WHOLE")
    void nothingIsTriedAgainAfterTheFirstEvent(Way way) throws Exception {
        var end = hostile.ask(
                way,
                (peer, clientHasIt) -> {
                    peer.streamHead().event(Answers.text("half"));
                    clientHasIt.await();
                    peer.close();
                },
                "half");
        assertEquals(brokenOff("half", "upstream_error", "upstream_cut").by(way), end);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorUnderStatus200IsTriedElsewhereWhereThatHelps(Way way) throws Exception {
        var busy = "{\"error\":{\"message\":\"busy\",\"code\":503}}";
        hostile.engine.then(way == Way.RELAYED_WHOLE ? Answers.json(busy) : Answers.streaming(busy));
        var end = hostile.ask(way, (peer, _) -> hello(way).play(peer), "");
        assertEquals(complete("hello").withTries(2), end);
    }

    @ParameterizedTest(name = "Retry-After: {0}")
    @CsvSource(
            nullValues = "null",
            delimiter = '|',
            value = {
                "7 | 7",
                "0 | 1",
                "-5 | null",
                "+5 | null",
                "1e3 | null",
                "1.5 | null",
                "soon | null",
                "7, 8 | null",
                "86400 | 86400",
                "999999999 | 86400",
                "99999999999999999999999 | null",
                "Tue, 31 Dec 2199 23:59:59 GMT | 86400",
                "Sun, 06 Nov 1994 08:49:37 GMT | 1",
                "Sunday, 06-Nov-94 08:49:37 GMT | null",
                "31 Dec | null"
            })
    void retryAfterIsReadBeforeItIsPassedOn(String theirs, String ours) throws Exception {
        for (var status : List.of(429, 503)) {
            for (var way : List.of(Way.RELAYED_STREAM, Way.RELAYED_WHOLE, Way.AGENT_WHOLE)) {
                var answer = hostile.answer(way, Answers.refusal(status, SAID, "retry-after: " + theirs));
                assertEquals(ours == null ? "" : ours, answer.header("retry-after"), way::name);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsAreToldThatNoSecondTryHelpsAgainstAWrongKey(Way way) throws Exception {
        var refused = hostile.answer(way, Answers.refusal(401, SAID, "retry-after: 7"));
        assertEquals("false", refused.header("x-should-retry"));
        assertEquals("", refused.header("retry-after"));
        assertEquals("", hostile.answer(way, Answers.refusal(500, SAID)).header("x-should-retry"));
    }

    private static Stream<Arguments> oldVersions() {
        var stream = Answers.stream(Answers.hello(), "\n");
        var whole = Answers.completion("hello");
        return Stream.of(Way.values()).flatMap(way -> {
            var body = way == Way.RELAYED_WHOLE ? whole : stream;
            var length = "content-length: " + body.length() + "\r\n";
            return Stream.of(
                    Arguments.of(way, "to the end", "\r\n" + body, true),
                    Arguments.of(way, "with a length", length + "\r\n" + body, true),
                    Arguments.of(way, "kept open", "connection: keep-alive\r\n" + length + "\r\n" + body, false));
        });
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("oldVersions")
    void anAnswerOfHttp10IsAnAnswer(Way way, String how, String rest, boolean closes) throws Exception {
        var end = hostile.ask(
                way,
                (peer, _) -> {
                    peer.raw("HTTP/1.0 200 OK\r\n" + rest);
                    if (closes) {
                        peer.close();
                    }
                },
                "");
        assertEquals(complete("hello"), end);
    }

    private static FakeUpstream.Script hello(Way way) {
        return way == Way.RELAYED_WHOLE ? Answers.json(Answers.completion("hello")) : Answers.streamingHello();
    }

    private static End broken() {
        return refused(502, "upstream_error", "upstream_broken");
    }

    private static Row refusal(int status, End end) {
        return new Row(Integer.toString(status), Answers.refusal(status, SAID), end);
    }
}
