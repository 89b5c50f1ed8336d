package dev.forebay;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Requests that two servers might read differently, byte for byte, each with a request of good form behind it. */
final class FramingCases {
    static final String BODY = RunningGateway.hello("m");
    private static final int N = BODY.length();
    private static final String HEX = Integer.toHexString(N);
    private static final String HOST = "host: x\r\n";
    private static final String CL = "content-length: " + N + "\r\n";
    private static final String TE = "transfer-encoding: chunked\r\n";
    private static final String CHUNKS = HEX + "\r\n" + BODY + "\r\n0\r\n\r\n";

    /** KEY stands for a good key, CASE for the case's number. */
    private static final String POST =
            "POST /v1/chat/completions HTTP/1.1\r\n" + HOST + "authorization: Bearer KEY\r\nx-case: CASE\r\n";

    private static final String NO_KEY = "POST /v1/chat/completions HTTP/1.1\r\n" + HOST;
    private static final String GOOD = POST + CL + "\r\n" + BODY;

    /** Always the last of what is sent; it is answered only on a connection that lives and is in step. */
    private static final String LAST = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    /**
     * @param bytes with {@link #LAST} at their end; CASE stands for the case's number
     * @param statuses of all answers, in order; {@code 200 live} is that to the last request
     * @param forwarded requests that reach the model server
     */
    record Case(String name, String bytes, List<String> statuses, int forwarded) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final String key;

    FramingCases(String key) {
        this.key = key;
    }

    List<Case> all() {
        return Stream.of(lengths(), codings(), chunks(), heads(), hosts(), targets(), versions(), pipelines())
                .flatMap(Function.identity())
                .toList();
    }

    private Stream<Case> lengths() {
        return Stream.of(
                served("one length", GOOD),
                closed("length before chunked", 400, POST + "content-length: 5\r\n" + TE + "\r\n0\r\n\r\n" + GOOD),
                closed("chunked before length", 400, POST + TE + "content-length: 5\r\n\r\n" + CHUNKS),
                closed("two equal lengths", 400, POST + CL + CL + "\r\n" + BODY),
                closed("two lengths", 400, POST + CL + "content-length: 3\r\n\r\n" + BODY),
                closed("list of lengths", 400, POST + "content-length: " + N + ", " + N + "\r\n\r\n" + BODY),
                closed("folded length", 400, POST + "content-length: 1\r\n 0\r\n\r\n" + BODY),
                length("+" + N),
                length("-" + N),
                length("0x3"),
                length("3 3"),
                length(""),
                length("99999999999999999999"),
                length(N + ";"),
                length("\u000b" + N),
                length(N + "²"));
    }

    private Stream<Case> codings() {
        return Stream.of(
                served("chunked", POST + TE + "\r\n" + CHUNKS),
                served("Chunked", POST + "transfer-encoding: Chunked\r\n\r\n" + CHUNKS),
                closed("chunked twice", 400, POST + TE + TE + "\r\n" + CHUNKS + GOOD),
                closed("chunked, then another", 400, POST + TE + "transfer-encoding: x\r\n\r\n" + CHUNKS + GOOD),
                closed("folded chunked", 400, POST + "transfer-encoding:\r\n x\r\n chunked\r\n\r\n" + CHUNKS + GOOD),
                closed("chunked in 1.0", 400, POST.replace("1.1", "1.0") + TE + "\r\n" + CHUNKS),
                coding("xchunked"),
                coding("chunked, identity"),
                coding("identity"),
                coding("identity, chunked"),
                coding("gzip, chunked"),
                coding("chunked, chunked"),
                coding("chunked;q=1"),
                coding("\u000bchunked"),
                coding("\"chunked\""),
                coding(""));
    }

    private Stream<Case> chunks() {
        return Stream.of(
                served("extension", POST + TE + "\r\n" + HEX + ";a=b\r\n" + BODY + "\r\n0\r\n\r\n"),
                served("trailer", POST + TE + "\r\n" + HEX + "\r\n" + BODY + "\r\n0\r\nx-t: 5\r\n\r\n"),
                served("length in trailer", POST + TE + "\r\n" + HEX + "\r\n" + BODY + "\r\n0\r\n" + CL + "\r\n"),
                chunk("extension with LF", HEX + ";a\nb\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("long extension", HEX + ";" + "a".repeat(10_000) + "\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("LF after the size", HEX + "\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("LF after the data", HEX + "\r\n" + BODY + "\n0\r\n\r\n"),
                chunk("LF after the last size", HEX + "\r\n" + BODY + "\r\n0\n\n"),
                chunk("nothing after the data", HEX + "\r\n" + BODY + "0\r\n\r\n"),
                chunk("negative size", "-1\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("size with 0x", "0x" + HEX + "\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("size beyond a long", "fffffffffffffffff\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("size beyond an int", "100000000\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("no size", "\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("no number", "g\r\n" + BODY + "\r\n0\r\n\r\n"),
                chunk("long trailer", HEX + "\r\n" + BODY + "\r\n0\r\nx-t: " + "a".repeat(33_000) + "\r\n\r\n"));
    }

    private Stream<Case> heads() {
        return Stream.of(
                closed("bare LF", 400, GOOD.replace("\r\n", "\n")),
                closed("one bare LF", 400, POST + "x-a: b\n" + CL + "\r\n" + BODY),
                closed("bare CR", 400, POST + "x-a: b\rx-b: c\r\n" + CL + "\r\n" + BODY),
                closed("NUL in a value", 400, POST + "x-a: b\0c\r\n" + CL + "\r\n" + BODY),
                closed("NUL in a name", 400, POST + "x-\0a: b\r\n" + CL + "\r\n" + BODY),
                closed("control character", 400, POST + "x-a: b\u0001c\r\n" + CL + "\r\n" + BODY),
                closed("space in a name", 400, POST + "x a: b\r\n" + CL + "\r\n" + BODY),
                closed("space before the colon", 400, POST + "transfer-encoding : chunked\r\n\r\n" + CHUNKS),
                closed("space before the length's colon", 400, POST + "content-length : 5\r\n\r\n" + BODY),
                closed("space before the first name", 400, POST.replace(HOST, " x: y\r\n" + HOST) + CL + "\r\n" + BODY),
                closed("no name", 400, POST + ": b\r\n" + CL + "\r\n" + BODY),
                closed("no colon", 400, POST + "abc\r\n" + CL + "\r\n" + BODY),
                closed("two keys", 400, POST + "authorization: Bearer KEY\r\n" + CL + "\r\n" + BODY),
                closed(
                        "two encodings",
                        415,
                        POST + "content-encoding: identity\r\ncontent-encoding: gzip\r\n" + CL + "\r\n" + BODY),
                // Folded lines are joined by a blank before anyone sees them.
                served("folded header", POST + "x-folded: b\r\n content-length: 3\r\n" + CL + "\r\n" + BODY),
                closed("long line", 414, GOOD.replace("POST /", "POST /" + "a".repeat(9_000))),
                closed("long header", 431, POST + "x-a: " + "a".repeat(33_000) + "\r\n" + CL + "\r\n" + BODY),
                served("100 headers", POST + "x-a: b\r\n".repeat(96) + CL + "\r\n" + BODY),
                closed("101 headers", 431, POST + "x-a: b\r\n".repeat(97) + CL + "\r\n" + BODY),
                closed(
                        "101 headers for health",
                        431,
                        "GET /health/live HTTP/1.1\r\n" + HOST + "x-a: b\r\n".repeat(100) + "\r\n"));
    }

    private Stream<Case> hosts() {
        return Stream.of(
                served("address and port", GOOD.replace(HOST, "host: [::1]:80\r\n")),
                served("empty host", GOOD.replace(HOST, "host:\r\n")),
                closed("no host", 400, GOOD.replace(HOST, "")),
                closed("two hosts", 400, GOOD.replace(HOST, HOST + HOST)),
                closed("two hosts for health", 400, "GET /health/live HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
                closed("blank in the host", 400, GOOD.replace(HOST, "host: a b\r\n")),
                closed("user in the host", 400, GOOD.replace(HOST, "host: a@b\r\n")),
                closed("path in the host", 400, GOOD.replace(HOST, "host: a/b\r\n")));
    }

    private Stream<Case> targets() {
        return Stream.of(
                closed("whole URL", 400, GOOD.replace("POST /", "POST http://169.254.169.254/")),
                closed("whole URL of ours", 400, GOOD.replace("POST /", "POST http://x/")),
                closed("whole URL for health", 400, "GET http://y/health/live HTTP/1.1\r\n" + HOST + "\r\n"),
                closed("CONNECT", 400, "CONNECT 169.254.169.254:80 HTTP/1.1\r\n" + HOST + "\r\n" + GOOD),
                refused("CONNECT to a path", 405, "CONNECT /v1/chat/completions HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("TRACE", 405, "TRACE /v1/chat/completions HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("TRACE of anything", 404, "TRACE / HTTP/1.1\r\n" + HOST + "\r\n"),
                closed("small letters", 405, GOOD.replace("POST", "post")),
                closed("NUL in the path", 404, GOOD.replace("completions ", "completions%00 ")),
                closed("key in the query", 401, NO_KEY.replace(" HTTP", "?api_key=KEY HTTP") + CL + "\r\n" + BODY),
                closed("three words", 400, GOOD.replace("completions HTTP", "completions x HTTP")),
                closed("blank at the end", 400, GOOD.replace("HTTP/1.1\r\nhost", "HTTP/1.1 \r\nhost")),
                served("lines before", "\r\n\r\n" + GOOD));
    }

    private Stream<Case> versions() {
        return Stream.of(
                of("1.0", GOOD.replace("1.1", "1.0"), List.of("200"), 1),
                served("1.0 kept", GOOD.replace("1.1\r\n", "1.0\r\nconnection: keep-alive\r\n")),
                closed("0.9", 400, "GET /health/live\r\n\r\n"),
                closed("named 0.9", 505, "GET /health/live HTTP/0.9\r\n\r\n"),
                closed("1.2", 505, GOOD.replace("HTTP/1.1", "HTTP/1.2")),
                closed("2.0", 505, GOOD.replace("HTTP/1.1", "HTTP/2.0")),
                closed("3.7", 505, GOOD.replace("HTTP/1.1", "HTTP/3.7")),
                of("3.7 behind 1.1", GOOD + GOOD.replace("HTTP/1.1", "HTTP/3.7"), List.of("200", "505"), 1),
                closed("no version", 400, GOOD.replace("HTTP/1.1", "HTTP/x")),
                closed("HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + GOOD),
                served(
                        "upgrade to HTTP/2",
                        GOOD.replace(
                                HOST,
                                HOST + "connection: upgrade, http2-settings\r\n"
                                        + "upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")),
                served(
                        "upgrade to a web socket",
                        GOOD.replace(
                                HOST,
                                HOST + "connection: upgrade\r\n"
                                        + "upgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                        + "sec-websocket-version: 13\r\n")));
    }

    private Stream<Case> pipelines() {
        var inside = "content-length: " + keyed(GOOD).length() + "\r\n\r\n" + GOOD;
        return Stream.of(
                of("two", GOOD + GOOD, List.of("200", "200", "200 live"), 2),
                closed("behind a refused body", 401, NO_KEY + CL + "\r\n" + BODY + GOOD),
                closed("inside a refused body", 401, NO_KEY + inside),
                closed("behind refused chunks", 401, NO_KEY + TE + "\r\n" + CHUNKS + GOOD),
                closed(
                        "behind a body that was not asked for",
                        401,
                        NO_KEY + CL + "expect: 100-continue\r\n\r\n" + GOOD),
                closed("inside a body that is too large", 413, POST + "content-length: 99999999\r\n\r\n" + GOOD),
                closed("inside a body for nobody", 404, NO_KEY.replace("chat/completions", "nothing") + inside),
                closed("behind a wrong method", 405, POST.replace("POST", "GET") + CL + "\r\n" + BODY + GOOD),
                of(
                        "inside a body for health",
                        "GET /health/live HTTP/1.1\r\n" + HOST + inside,
                        List.of("200 live", "200 live"),
                        0),
                of(
                        "inside a body for the models",
                        POST.replace("POST /v1/chat/completions", "GET /v1/models") + inside,
                        List.of("200", "200 live"),
                        0));
    }

    private Case length(String value) {
        return closed("length " + value, 400, POST + "content-length: " + value + "\r\n\r\n" + BODY);
    }

    /** Behind it a request for whoever thinks that this one has no body. */
    private Case coding(String value) {
        return closed("coding " + value, 400, POST + "transfer-encoding: " + value + "\r\n\r\n" + GOOD);
    }

    private Case chunk(String name, String chunks) {
        return closed(name, 400, POST + TE + "\r\n" + chunks);
    }

    private Case served(String name, String bytes) {
        return of(name, bytes, List.of("200", "200 live"), 1);
    }

    /** The connection goes on. */
    private Case refused(String name, int status, String bytes) {
        return of(name, bytes, List.of(Integer.toString(status), "200 live"), 0);
    }

    /** One answer, then nothing more is taken. */
    private Case closed(String name, int status, String bytes) {
        return of(name, bytes, List.of(Integer.toString(status)), 0);
    }

    private Case of(String name, String bytes, List<String> statuses, int forwarded) {
        return new Case(name, keyed(bytes + LAST), statuses, forwarded);
    }

    private String keyed(String bytes) {
        return bytes.replace("KEY", key);
    }
}
