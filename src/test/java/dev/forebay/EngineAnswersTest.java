package dev.forebay;

import static dev.forebay.HostileEngine.End.brokenOff;
import static dev.forebay.HostileEngine.End.complete;
import static dev.forebay.HostileEngine.End.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.HostileEngine.End;
import dev.forebay.HostileEngine.Way;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers in every form that engines give them, right and wrong, and what each way of asking makes of them. */
class EngineAnswersTest {
    private record Row(String name, FakeUpstream.Script script, End end) {}

    private static final String TWO = "\"n\":2";
    private static final String MEBIBYTE = "x".repeat(1 << 20);
    private static final String USAGE = ",\"usage\":" + Answers.USAGE + "}";
    private static final String ERROR = "{\"error\":{\"message\":\"out of memory\",\"code\":500}}";
    private static final End BROKEN = refused(502, "upstream_error", "upstream_broken");
    private static final End CUT = refused(502, "upstream_error", "upstream_cut");

    @TempDir
    static Path folder;

    private static HostileEngine hostile;

    @BeforeAll
    static void start() throws Exception {
        hostile = new HostileEngine(folder, 1);
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        try (var ending = hostile) {
            ending.assertNothingIsLeft();
        }
    }

    private static Stream<Row> streamsOfAnyShape() {
        var odd = List.of(Answers.text("héllo €"), Answers.text("😀"), Answers.finish("stop"), Answers.usage());
        var whole = complete("héllo €😀");
        var rows = new ArrayList<Row>();
        for (var end : List.of("\n", "\r\n", "\r")) {
            var name = "line ends " + end.replace("\r", "CR").replace("\n", "LF");
            var stream = Answers.stream(odd, end);
            rows.add(new Row(name, chunked(stream), whole));
            rows.add(new Row(name + ", a byte a chunk", byteByByte(stream), whole));
        }
        var mixed = Answers.stream(odd.subList(0, 1), "\r\n").replace("data: [DONE]", ": \r\ndata:")
                + Answers.stream(odd.subList(1, 2), "\r").replace("data: [DONE]", ":\n")
                + Answers.stream(odd.subList(2, 4), "\n");
        rows.add(new Row("line ends mixed", chunked(mixed), whole));
        rows.add(new Row("line ends mixed, a byte a chunk", byteByByte(mixed), whole));
        rows.add(new Row(
                "comments, names, ids, retries, several data lines, a byte order mark",
                chunked("\uFEFF: hello\n\nid: 1\nretry: 5\nevent: message\ndata: " + Answers.text("hel")
                        + "\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\nid\n\nretry: soon\n\n: more\n"
                        + "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"lo\"}}]}\n\n\n\ndata:"
                        + Answers.finish("stop") + "\n\ndata: " + Answers.usage() + "\n\ndata:[DONE]\n\n"),
                complete("hello")));
        rows.add(new Row("a large event", Answers.streaming(texts(MEBIBYTE)), complete("hello" + MEBIBYTE)));
        rows.add(new Row(
                "twenty megabytes",
                Answers.streaming(texts(Collections.nCopies(19, MEBIBYTE).toArray(String[]::new))),
                complete("hello" + MEBIBYTE.repeat(19))));
        rows.add(new Row("packed", packed("chunked"), complete("hello")));
        rows.add(new Row("packed, with a length", packed("length"), complete("hello")));
        return rows.stream();
    }

    private static Stream<Row> usageOfAnyShape() {
        var finish = Answers.finish("stop");
        var zero = ",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}";
        return Stream.of(
                new Row("usage on a chunk of its own", hello(finish, Answers.usage()), complete("hello")),
                new Row(
                        "usage null until the last chunk",
                        hello(with(Answers.text("!"), ",\"usage\":null}"), finish, Answers.usage()),
                        complete("hello!")),
                new Row("usage on the finishing chunk", hello(with(finish, USAGE)), complete("hello")),
                new Row(
                        "usage in every chunk, zero at first",
                        hello(with(Answers.text("!"), zero), with(finish, USAGE)),
                        complete("hello!")),
                new Row(
                        "usage on a last chunk with an empty choice",
                        hello(finish, with(Answers.chunk("{}"), USAGE)),
                        complete("hello")),
                new Row("no usage", hello(finish), complete("hello").withTokens("0/0")));
    }

    private static Stream<Row> streamsWithoutAnEnd() {
        var finish = event(Answers.finish("stop"));
        return Stream.of(
                new Row("no [DONE]", chunked(text() + finish), complete("hello").withTokens("0/0")),
                new Row(
                        "no finish",
                        chunked(text() + event("[DONE]")),
                        complete("hello").withTokens("0/0")),
                new Row(
                        "a finish that is none",
                        chunked(event(Answers.text("hello").replace("null", "\"\""))),
                        brokenOff("hello", "upstream_error", "upstream_cut")),
                new Row("neither", chunked(text()), brokenOff("hello", "upstream_error", "upstream_cut")),
                new Row("neither, nor a text", chunked(""), CUT),
                new Row("empty", peer -> peer.whole(200, "text/event-stream", new byte[0]), CUT),
                new Row(
                        "an empty event among others",
                        chunked("data:\n\n" + text() + "data: \n\ndata\n\n" + finish + event("[DONE]")),
                        complete("hello").withTokens("0/0")),
                new Row(
                        "an event that is no object",
                        chunked(text() + event("\"\"") + finish + event("[DONE]")),
                        brokenOff("hello", "upstream_error", "upstream_broken")),
                new Row(
                        "an event that is no JSON",
                        chunked(text() + event("{\"choices\":[") + finish + event("[DONE]")),
                        brokenOff("hello", "upstream_error", "upstream_broken")));
    }

    private static Stream<Row> streamsThatAreNone() {
        var failed = refused(502, "upstream_error", "upstream_5xx");
        return Stream.of(
                new Row("an error first", chunked(event(ERROR) + event("[DONE]")), failed),
                new Row(
                        "an error later",
                        chunked(text() + event(ERROR) + event("[DONE]")),
                        brokenOff("hello", "upstream_error", "upstream_5xx")),
                new Row("an error instead", whole("application/json", ERROR), failed),
                new Row("an error instead, called a stream", whole("text/event-stream", event(ERROR)), failed),
                new Row("HTML", whole("text/html", "<html>login</html>"), BROKEN),
                new Row("HTML, called a stream", whole("text/event-stream", "<html>login</html>"), CUT),
                new Row("broken JSON", whole("application/json", "{\"choices\":[{\"mess"), BROKEN),
                new Row("a whole answer", whole("application/json", Answers.completion("hello")), BROKEN),
                new Row("nothing", whole("application/json", ""), BROKEN),
                new Row(
                        "of another type",
                        whole("text/plain", text() + event(Answers.finish("stop")) + event("[DONE]")),
                        complete("hello").withTokens("0/0")),
                new Row(
                        "of no type",
                        peer -> peer.head(200, "transfer-encoding: chunked")
                                .chunk(text() + event(Answers.finish("stop")) + event("[DONE]"))
                                .endChunks(),
                        complete("hello").withTokens("0/0")));
    }

    private static Stream<Arguments> streams() {
        return Stream.of(streamsOfAnyShape(), usageOfAnyShape(), streamsWithoutAnEnd(), streamsThatAreNone())
                .flatMap(rows -> rows)
                .flatMap(row -> Stream.of(Way.RELAYED_STREAM, Way.AGENT_STREAM, Way.AGENT_WHOLE)
                        .map(way -> Arguments.of(row.name, way, row)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("streams")
    void aStream(String name, Way way, Row row) throws Exception {
        assertEquals(row.end.by(way), hostile.ask(way, (peer, _) -> row.script.play(peer), ""));
    }

    private static Stream<Arguments> wholes() {
        var hello = Answers.completion("héllo €😀");
        var large = Answers.completion(MEBIBYTE.repeat(19));
        var answer = complete("héllo €😀");
        var failed = refused(502, "upstream_error", "upstream_5xx");
        return Stream.of(
                        new Row(
                                "byte by byte",
                                peer -> whole("application/json", hello).play(peer.inPiecesOf(1)),
                                answer),
                        new Row("a byte a chunk", byteByByte(hello), answer),
                        new Row("of another type", whole("text/plain", hello), answer),
                        new Row("called a stream", whole("text/event-stream", hello), answer),
                        new Row("after a byte order mark", whole("application/json", "\uFEFF" + hello), answer),
                        new Row("between blanks", whole("application/json", "\r\n\t " + hello + "\r\n\n"), answer),
                        new Row("to the end of the connection", toTheEnd(hello), answer),
                        new Row("twenty megabytes", whole("application/json", large), complete(MEBIBYTE.repeat(19))),
                        new Row("twenty megabytes in chunks", chunked(large), complete(MEBIBYTE.repeat(19))),
                        new Row("twenty megabytes to the end", toTheEnd(large), complete(MEBIBYTE.repeat(19))),
                        new Row("packed", packedWhole(hello), answer),
                        new Row("two choices", whole("application/json", twoChoices()), complete("onetwo")),
                        new Row("an error", whole("application/json", ERROR), failed),
                        new Row("an error in words", whole("application/json", "{\"error\":\"no\"}"), failed),
                        new Row(
                                "a large error",
                                whole("application/json", ERROR.replace("out", MEBIBYTE + MEBIBYTE)),
                                failed),
                        new Row(
                                "an error of the request",
                                whole("application/json", ERROR.replace("500", "422")),
                                refused(422, "422", "upstream_4xx")),
                        new Row("HTML", whole("text/html", "<html>login</html>"), BROKEN),
                        new Row("HTML, called JSON", whole("application/json", "<html>login</html>"), BROKEN),
                        new Row("much HTML", whole("text/html", "<html>" + MEBIBYTE + MEBIBYTE), BROKEN),
                        new Row("broken JSON", whole("application/json", hello.replace("]", "")), BROKEN),
                        new Row("two objects", whole("application/json", hello + hello), BROKEN.withTokens("3/2")),
                        new Row("half an object", whole("application/json", hello.substring(0, 90)), CUT),
                        new Row("an array", whole("application/json", "[" + hello + "]"), BROKEN),
                        new Row("nothing", whole("application/json", ""), BROKEN),
                        new Row("a stream", chunked(text() + event("[DONE]")), BROKEN))
                .map(row -> Arguments.of(row.name, row));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholes")
    void aWholeAnswer(String name, Row row) throws Exception {
        assertEquals(row.end, hostile.ask(Way.RELAYED_WHOLE, (peer, _) -> row.script.play(peer), ""));
    }

    private static Stream<Arguments> severalChoices() {
        var first = event(Answers.text("one")) + event(choice(1, "{\"content\":\"two\"}", "null"));
        var one = event(Answers.finish("stop"));
        var two = event(choice(1, "{}", "\"stop\""));
        var broken = brokenOff("onetwo", "upstream_error", "upstream_cut");
        var complete = complete("onetwo").withTokens("0/0");
        return Stream.of(
                        new Row("both finish", chunked(first + one + two), complete),
                        new Row("both finish in one event", chunked(first + event(bothFinish())), complete),
                        new Row("one finishes twice", chunked(first + one + one), broken),
                        new Row("one finishes", chunked(first + one), broken),
                        new Row("only the second finishes", chunked(first + two), broken),
                        new Row(
                                "one finishes, the other begins later and is cut",
                                chunked(event(Answers.text("one"))
                                        + one
                                        + event(choice(1, "{\"content\":\"two\"}", "null"))),
                                broken),
                        new Row("one finishes, with the end", chunked(first + one + event("[DONE]")), complete))
                .map(row -> Arguments.of(row.name, row));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("severalChoices")
    void aStreamOfTwoChoices(String name, Row row) throws Exception {
        assertEquals(
                row.end.by(Way.RELAYED_STREAM),
                hostile.ask(Way.RELAYED_STREAM, (peer, _) -> row.script.play(peer), "", TWO));
    }

    private static String choice(int index, String delta, String finish) {
        return "{\"model\":\"theirs\",\"choices\":[{\"delta\":" + delta + ",\"index\":" + index + ",\"finish_reason\":"
                + finish + "}]}";
    }

    private static String bothFinish() {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"},"
                + "{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}";
    }

    private static String twoChoices() {
        return Answers.completion("one")
                .replace(
                        "],\"usage\"",
                        ",{\"index\":1,\"message\":{\"content\":\"two\"},\"finish_reason\":\"stop\"}],\"usage\"");
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    private static String text() {
        return event(Answers.text("hel")) + event(Answers.text("lo"));
    }

    /** Says hello, then sends these events. */
    private static FakeUpstream.Script hello(String first, String... more) {
        var events = new StringBuilder(text()).append(event(first));
        Stream.of(more).forEach(data -> events.append(event(data)));
        return chunked(events + event("[DONE]"));
    }

    /** The events of an answer that says hello and then these texts. */
    private static String[] texts(String... texts) {
        var events = new ArrayList<>(List.of(Answers.text("hel"), Answers.text("lo")));
        Stream.of(texts).map(Answers::text).forEach(events::add);
        events.add(Answers.finish("stop"));
        events.add(Answers.usage());
        return events.toArray(String[]::new);
    }

    private static String with(String event, String instead) {
        return event.substring(0, event.length() - 1) + instead;
    }

    private static FakeUpstream.Script whole(String type, String body) {
        return peer -> peer.whole(200, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static FakeUpstream.Script chunked(String body) {
        return peer -> {
            peer.streamHead();
            if (!body.isEmpty()) {
                peer.chunk(body);
            }
            peer.endChunks();
        };
    }

    private static FakeUpstream.Script byteByByte(String body) {
        return peer -> {
            peer.streamHead();
            for (var b : body.getBytes(StandardCharsets.UTF_8)) {
                peer.chunk(new byte[] {b});
            }
            peer.endChunks();
        };
    }

    private static FakeUpstream.Script toTheEnd(String body) {
        return peer -> peer.head(200, "content-type: application/json", "connection: close")
                .raw(body)
                .close();
    }

    private static FakeUpstream.Script packedWhole(String body) {
        return peer -> peer.whole(
                200, "application/json", Peer.gzip(body.getBytes(StandardCharsets.UTF_8)), "content-encoding: gzip");
    }

    private static FakeUpstream.Script packed(String framing) {
        var stream = Answers.stream(Answers.hello(), "\n").getBytes(StandardCharsets.UTF_8);
        return framing.equals("chunked")
                ? peer -> peer.head(
                                200,
                                "content-type: text/event-stream",
                                "transfer-encoding: chunked",
                                "content-encoding: gzip")
                        .chunk(Peer.gzip(stream))
                        .endChunks()
                : peer -> peer.whole(200, "text/event-stream", Peer.gzip(stream), "content-encoding: gzip");
    }
}
