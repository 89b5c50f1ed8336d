package dev.forebay;

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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines that close, reset or fall silent at any place of an answer: there is never a success, a hang, or a second try. */
class EngineBreaksTest {
    /**
     * What comes before the engine breaks.
     *
     * @param text what of it a client may see
     */
    private record Beginning(String name, String bytes, String text) {
        End broken(String code, String word, int status) {
            return text.isEmpty() ? refused(status, code, word) : new End(status, text, code, word, 1, "0/0");
        }
    }

    private static final List<Way> STREAMED = List.of(Way.RELAYED_STREAM, Way.AGENT_STREAM, Way.AGENT_WHOLE);
    private static final List<Way> WHOLE = List.of(Way.RELAYED_WHOLE);

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

    private static List<Beginning> heads() {
        return List.of(
                new Beginning("before the head", "", ""),
                new Beginning("in the status line", "HTTP/1.1 20", ""),
                new Beginning("in the head", "HTTP/1.1 200 OK\r\ncontent-type: text/eve", ""),
                new Beginning("before the end of the head", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n", ""));
    }

    private static List<Beginning> streams() {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
        var chunked = head + "transfer-encoding: chunked\r\n\r\n";
        var event = "data: " + Answers.text("half") + "\n\n";
        var half = event + "data: {\"choices\":[{\"index\":0,\"finish_reason\":\"st";
        var all = new ArrayList<>(heads());
        all.add(new Beginning("chunked, after the head", chunked, ""));
        all.add(new Beginning("chunked, in a chunk's size", chunked + "1", ""));
        all.add(new Beginning("chunked, before a chunk", chunked + "ff\r\n", ""));
        all.add(new Beginning("chunked, in a chunk and in its event", chunked + "ff\r\ndata: {\"ch", ""));
        all.add(new Beginning("chunked, in a comment", chunked + "ff\r\n: still here\n\n: ", ""));
        all.add(new Beginning("chunked, after an event", chunked + chunk(event), "half"));
        all.add(new Beginning("chunked, in a later chunk's size", chunked + chunk(event) + "f", "half"));
        all.add(new Beginning("chunked, in an event", chunked + chunk(half), "half"));
        all.add(new Beginning("chunked, before the last line end", chunked + chunk(event) + "0\r\n", "half"));
        all.add(new Beginning("with a length, after the head", head + "content-length: 500\r\n\r\n", ""));
        all.add(new Beginning("with a length, in the first event", head + "content-length: 500\r\n\r\ndata: {", ""));
        all.add(new Beginning("with a length, after an event", head + "content-length: 900\r\n\r\n" + event, "half"));
        all.add(new Beginning("with a length, in an event", head + "content-length: 900\r\n\r\n" + half, "half"));
        all.add(new Beginning("without a length, after an event", head + "connection: close\r\n\r\n" + event, "half"));
        all.add(new Beginning("without a length, in an event", head + "connection: close\r\n\r\n" + half, "half"));
        all.add(new Beginning("HTTP/1.0, in an event", "HTTP/1.0 200 OK\r\n\r\n" + half, "half"));
        return all;
    }

    private static List<Beginning> wholes() {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        var chunked = head + "transfer-encoding: chunked\r\n\r\n";
        var body = Answers.completion("half");
        var half = body.substring(0, body.length() / 2);
        var all = new ArrayList<>(heads());
        all.add(new Beginning("chunked, after the head", chunked, ""));
        all.add(new Beginning("chunked, in a chunk's size", chunked + "1", ""));
        all.add(new Beginning("chunked, in a chunk", chunked + "fff\r\n" + half, ""));
        all.add(new Beginning("chunked, after a chunk", chunked + chunk(half), ""));
        all.add(new Beginning("chunked, before the last chunk", chunked + chunk(body), ""));
        all.add(new Beginning("chunked, before the last line end", chunked + chunk(body) + "0\r\n", ""));
        all.add(new Beginning("with a length, after the head", head + "content-length: 900\r\n\r\n", ""));
        all.add(new Beginning("with a length, in the body", head + "content-length: 900\r\n\r\n" + half, ""));
        all.add(new Beginning("with a length, short of it", head + "content-length: 900\r\n\r\n" + body, ""));
        all.add(new Beginning("without a length", head + "connection: close\r\n\r\n" + half, ""));
        all.add(new Beginning("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n" + half, ""));
        return all;
    }

    private static Stream<Arguments> breaks() {
        return Stream.of("close", "reset")
                .flatMap(how -> Stream.concat(cases(streams(), STREAMED), cases(wholes(), WHOLE))
                        .map(one -> Arguments.of(one.get()[0], one.get()[1], how, one.get()[2])));
    }

    private static Stream<Arguments> cases(List<Beginning> beginnings, List<Way> ways) {
        return beginnings.stream().flatMap(one -> ways.stream().map(way -> Arguments.of(one.name, way, one)));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("breaks")
    void aConnectionEnds(String place, Way way, String how, Beginning beginning) throws Exception {
        var end = hostile.ask(
                way,
                (peer, clientHasIt) -> {
                    peer.raw(beginning.bytes);
                    clientHasIt.await();
                    if (how.equals("reset")) {
                        peer.reset();
                    } else {
                        peer.close();
                    }
                },
                beginning.text);
        assertEquals(beginning.broken("upstream_error", "upstream_cut", 502).by(way), end);
    }

    private static Stream<Arguments> brokenFraming() {
        var stream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        var whole = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        var event = chunk("data: " + Answers.text("half") + "\n\n");
        var streams = List.of(
                new Beginning("no size at first", stream + "size\r\n", ""),
                new Beginning("a size below nothing", stream + "-5\r\n", ""),
                new Beginning("a size without end", stream + "f".repeat(20) + "\r\n", ""),
                new Beginning("no size after an event", stream + event + "size\r\n", "half"),
                new Beginning("no status", "HTTP/1.1 abc\r\n\r\n", ""),
                new Beginning("another protocol", "SSH-2.0-OpenSSH_9.9\r\n\r\n", ""),
                new Beginning("a head without end", "HTTP/1.1 200 OK\r\nx: " + "y".repeat(100_000), ""));
        var wholes = List.of(
                new Beginning("no size at first", whole + "size\r\n", ""),
                new Beginning("no size after a chunk", whole + chunk("{\"choices\"") + "size\r\n", ""),
                new Beginning("another protocol", "SSH-2.0-OpenSSH_9.9\r\n\r\n", ""));
        return Stream.concat(cases(streams, STREAMED), cases(wholes, WHOLE));
    }

    /** The engine goes on as if all were well. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("brokenFraming")
    void theFramingIsWrong(String what, Way way, Beginning beginning) throws Exception {
        var end = hostile.ask(
                way,
                (peer, _) -> {
                    peer.raw(beginning.bytes);
                    peer.stall();
                },
                beginning.text);
        assertEquals(beginning.broken("upstream_error", "upstream_cut", 502).by(way), end);
    }

    @Test
    void theEngineFallsSilent() {
        var names = new ArrayList<String>();
        var expected = new ArrayList<End>();
        var ends = new ArrayList<CompletableFuture<End>>();
        Stream.concat(cases(streams(), STREAMED), cases(wholes(), WHOLE)).forEach(one -> {
            var way = (Way) one.get()[1];
            var beginning = (Beginning) one.get()[2];
            names.add(beginning.name + ", " + way);
            expected.add(beginning.broken("upstream_timeout", "timeout", 504).by(way));
            ends.add(hostile.begin(way, silentAfter(beginning.bytes), beginning.text));
        });
        RunningGateway.await(
                () -> {
                    hostile.pass(20);
                    return ends.stream().allMatch(CompletableFuture::isDone);
                },
                () -> "some never end: " + names);
        for (var i = 0; i < ends.size(); i++) {
            assertEquals(expected.get(i), ends.get(i).join(), names.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RELAYED_STREAM", "AGENT_STREAM"})
    void theEngineFallsSilentAfterTheFinish(Way way) {
        var finished = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                + chunk("data: " + Answers.text("half") + "\n\ndata: " + Answers.finish("stop") + "\n\n");
        var end = hostile.begin(way, silentAfter(finished), "half");
        hostile.pass(400);
        assertEquals(complete("half").withTokens("0/0"), end.join());
    }

    /** Whether the gateway hears of the end before it sends is chance; a request that is lost so is sent again. */
    @ParameterizedTest
    @EnumSource
    void aKeptConnectionIsClosedJustWhenItIsUsedAgain(Way way) throws Exception {
        var hello = way == Way.RELAYED_WHOLE ? Answers.json(Answers.completion("hello")) : Answers.streamingHello();
        var before = hostile.engine.requests().size();
        for (var i = 0; i < 20; i++) {
            var answer = hostile.answer(way, peer -> {
                hello.play(peer);
                peer.close();
            });
            assertEquals(complete("hello").withTries(0), answer.end());
        }
        assertEquals(before + 20, hostile.engine.requests().size(), "each was served once");
    }

    private static FakeUpstream.Script silentAfter(String bytes) {
        return peer -> {
            peer.raw(bytes);
            peer.stall();
        };
    }

    private static String chunk(String bytes) {
        return Integer.toHexString(bytes.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + bytes + "\r\n";
    }
}
