package dev.forebay.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;

/** The fake server's end of one connection: writes exactly what it is told, in pieces of a chosen size. */
public final class Peer {
    private final Socket socket;
    private final OutputStream out;
    private final CompletableFuture<String> gone;
    private int pieceBytes = Integer.MAX_VALUE;

    Peer(Socket socket, CompletableFuture<String> gone) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.gone = gone;
    }

    /** From here on each write goes out in pieces of this many bytes, each a packet of its own. */
    public Peer inPiecesOf(int bytes) {
        pieceBytes = bytes;
        return this;
    }

    public Peer raw(byte[] bytes) throws IOException {
        for (var at = 0; at < bytes.length; at += Math.min(pieceBytes, bytes.length - at)) {
            out.write(bytes, at, Math.min(pieceBytes, bytes.length - at));
            out.flush();
        }
        return this;
    }

    public Peer raw(String text) throws IOException {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Status line and headers, each as {@code name: value}. */
    public Peer head(int status, String... headers) throws IOException {
        return raw("HTTP/1.1 " + status + " Told\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n");
    }

    /** The head of a chunked event stream. */
    public Peer streamHead() throws IOException {
        return head(200, "content-type: text/event-stream", "transfer-encoding: chunked");
    }

    /** One chunk of a chunked body. */
    public Peer chunk(byte[] bytes) throws IOException {
        var framed = new ByteArrayOutputStream();
        framed.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        framed.writeBytes(bytes);
        framed.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return raw(framed.toByteArray());
    }

    public Peer chunk(String text) throws IOException {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An event with this data, in a chunk of its own. */
    public Peer event(String data) throws IOException {
        return chunk("data: " + data + "\n\n");
    }

    /** The end of a chunked body. */
    public Peer endChunks() throws IOException {
        return raw("0\r\n\r\n");
    }

    /** A whole answer with its length. */
    public Peer whole(int status, String contentType, byte[] body, String... headers) throws IOException {
        var all = new String[headers.length + 2];
        all[0] = "content-type: " + contentType;
        all[1] = "content-length: " + body.length;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return head(status, all).raw(body);
    }

    /** Ends the connection in order. */
    public void close() throws IOException {
        socket.close();
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Does nothing until the latch is open. */
    public Peer stall(CountDownLatch until) throws InterruptedException {
        until.await();
        return this;
    }

    /** Does nothing until the other side has ended the connection. */
    public void stall() {
        FakeUpstream.await(gone);
    }

    public static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }
}
