package dev.forebay.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Tells clients that begin with HTTP/2 (RFC 9113 §3.4) that they are wrong here; Vert.x would answer with an empty 501. It
 * looks at the first bytes of a connection and is then out of the way.
 */
final class Http2Preface extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2".getBytes(StandardCharsets.US_ASCII);
    private static final ApiError ERROR = ApiError.refused(
            505, "this port speaks HTTP/1.1; tell the client not to begin with HTTP/2", "http_version_not_supported");

    private final Runnable onRefused;
    private boolean refused;

    private Http2Preface(Runnable onRefused) {
        this.onRefused = onRefused;
    }

    static void watch(HttpConnection connection, Runnable onRefused) {
        if (connection instanceof HttpServerConnection channel) {
            channel.channelHandlerContext().pipeline().addFirst(new Http2Preface(onRefused));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof ByteBuf bytes && isPreface(bytes)) {
            refused = true;
            bytes.release();
            onRefused.run();
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(answer()));
            // What the client still sends is dropped meanwhile, so that it reads the answer before the end.
            Runnable end = () -> {
                var _ = channel.close();
            };
            var _ = channel.executor().schedule(end, OpenRequests.LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            channel.pipeline().remove(this);
            channel.fireChannelRead(message);
        }
    }

    private static boolean isPreface(ByteBuf bytes) {
        if (bytes.readableBytes() < PREFACE.length) {
            return false;
        }
        for (var i = 0; i < PREFACE.length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] answer() {
        var body = ERROR.toJson().toString();
        return ("HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: application/json\r\nconnection: close\r\n"
                        + "content-length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
