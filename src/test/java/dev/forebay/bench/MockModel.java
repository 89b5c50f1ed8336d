package dev.forebay.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The model server of the benchmark, a process of its own: it answers at once, or streams as many chunks in as many
 * milliseconds as the request's {@link Target#WISH} says, such as {@code 200x20}. Whoever offers tools and has no
 * result yet gets a call of the first one. Each chunk carries the moment it was sent, and its number. A request that says
 * {@code watch-ID} gets no end of its answer; {@link Watched} tells what became of it.
 */
final class MockModel {
    static final String WHOLE = "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1,"
            + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
            + "A reply of the length that is usual. ".repeat(18)
            + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":180,\"completion_tokens\":160,\"total_tokens\":340}}";
    private static final String HEAD =
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
                    + "\"system_fingerprint\":\"fp_0123456789\",\"choices\":[{\"index\":0,\"delta\":";
    private static final Buffer CALL = Buffer.buffer(HEAD
            + "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"calculate\","
            + "\"arguments\":\"{\\\"expression\\\":\\\"17.5 % of 2349\\\"}\"}}]},\"finish_reason\":null}]}\n\n"
            + HEAD + "{},\"finish_reason\":\"tool_calls\"}]}\n\n");
    private static final Buffer END = Buffer.buffer(HEAD + "{},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":180,\"completion_tokens\":160,\"total_tokens\":340}}\n\n"
            + "data: [DONE]\n\n");
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private final Vertx vertx;
    private final Watched watched = new Watched();

    private MockModel(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Prints its port once it listens: a free one, or the one that is given, with a file for {@link Moments}. */
    public static void main(String[] args) {
        var vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        var mock = new MockModel(vertx);
        var port = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        var moments = args.length < 2 ? null : new Moments(Path.of(args[1]));
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
                .requestHandler(request -> {
                    if (moments != null && request.method() == HttpMethod.POST) {
                        moments.asked();
                    }
                    if (!mock.watched.answers(request)) {
                        request.body().onSuccess(body -> mock.answer(request, body));
                    }
                })
                .listen(port, "127.0.0.1")
                .map(HttpServer::actualPort)
                .onSuccess(listening -> {
                    if (moments != null) {
                        moments.listening();
                    }
                    System.out.println(listening);
                });
    }

    private void answer(HttpServerRequest request, Buffer body) {
        var text = body.toString(StandardCharsets.ISO_8859_1);
        var response = request.response();
        var stream = text.contains("\"stream\":true");
        if (stream) {
            response.putHeader("content-type", "text/event-stream").setChunked(true);
        }
        var wish = wish(text);
        if (wish.startsWith(Watched.WISH)) {
            watched.watch(wish, response);
            if (stream) {
                stream(response, new Shape(Integer.MAX_VALUE, 5));
            }
        } else if (!stream) {
            response.putHeader("content-type", "application/json").end(WHOLE);
        } else if (text.contains("\"tools\"") && !text.contains("\"tool_call_id\"")) {
            response.write(CALL);
            response.end(DONE);
        } else {
            stream(response, wish.isEmpty() ? new Shape(10, 0) : Shape.of(wish));
        }
    }

    private void stream(HttpServerResponse response, Shape shape) {
        if (shape.gapMillis() == 0) {
            for (var i = 0; i < shape.chunks(); i++) {
                response.write(chunk(i));
            }
            response.end(END);
            return;
        }
        var sent = new int[1];
        vertx.setPeriodic(shape.gapMillis(), timer -> {
            if (response.closed()) {
                vertx.cancelTimer(timer);
            } else if (sent[0] < shape.chunks()) {
                response.write(chunk(sent[0]++));
            } else {
                vertx.cancelTimer(timer);
                response.end(END);
            }
        });
    }

    private static Buffer chunk(int number) {
        return Buffer.buffer(
                HEAD + "{\"content\":\" " + System.nanoTime() + " " + number + "\"},\"finish_reason\":null}]}\n\n");
    }

    private static String wish(String body) {
        var at = body.indexOf(Target.WISH);
        return at < 0 ? "" : body.substring(at + Target.WISH.length(), body.indexOf(Target.WISH_END, at));
    }

    private record Shape(int chunks, int gapMillis) {
        static Shape of(String wish) {
            var parts = wish.split("x", 2);
            return new Shape(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }
    }
}
