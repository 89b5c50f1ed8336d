package dev.forebay.upstream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Model;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import dev.forebay.chat.TurnObserver.Turn;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One model turn for the agent lane: a request to a replica, always streamed, on the caller's virtual thread. Bytes
 * arrive on the upstream's event loop and are parsed here. May be shared by all runs of its event loop.
 */
public final class UpstreamModel implements Model {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long RESET_SECONDS_MAX = 5;

    private final String model;
    private final Upstream upstream;
    private final Supplier<String> ids;

    /**
     * @param model the id of a deployment; what the request calls its model does not count
     * @param ids for tool calls of engines that give them none
     */
    public UpstreamModel(String model, Upstream upstream, Supplier<String> ids) {
        this.model = model;
        this.upstream = upstream;
        this.ids = ids;
    }

    @Override
    public Completion run(ChatRequest request, Call call, Sink sink) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the run was cancelled before its turn");
        }
        var inbox = new Inbox(upstream.context(), call.routed());
        var exchange = new Exchange(upstream, turn(request, call), inbox);
        var word = "upstream_broken";
        var finished = false;
        try {
            upstream.context().runOnContext(_ -> exchange.start());
            var completion = read(inbox, sink);
            finished = true;
            return completion;
        } catch (InterruptedException e) {
            word = call.interruption().word();
            throw e;
        } catch (ModelFailure e) {
            // The sink may have refused more of a good answer.
            word = e.word();
            throw e;
        } finally {
            if (!finished) {
                reset(exchange, word);
            }
        }
    }

    private TurnRequest turn(ChatRequest request, Call call) {
        var headers = MultiMap.caseInsensitiveMultiMap().set("x-request-id", call.requestId());
        if (!call.traceparent().isEmpty()) {
            headers.set("traceparent", call.traceparent());
        }
        var turn = new Turn(call.requestId(), call.caller(), model, "chat", true, call.round());
        return new TurnRequest(
                turn,
                model,
                "/chat/completions",
                headers,
                new ChatBody(request.json()),
                1,
                call.deadline(),
                call.wish());
    }

    private Completion read(Inbox inbox, Sink sink) throws InterruptedException {
        var answer = new AnswerInParts(sink, ids);
        while (true) {
            var events = inbox.take();
            if (events.isEmpty()) {
                return answer.completion(inbox.usage());
            }
            for (var event : events) {
                try {
                    answer.add(JSON.readTree(event), event.length);
                } catch (IOException e) {
                    throw new ModelFailure.Broken("the model server sent an event that is no JSON", e);
                }
            }
            sink.flush();
        }
    }

    /** Waits until the connection has been reset: whoever cancels relies on it. An interrupt must not stop this. */
    private void reset(Exchange exchange, String word) {
        var done = new CountDownLatch(1);
        upstream.context().runOnContext(_ -> {
            exchange.abort(word);
            done.countDown();
        });
        var interrupted = Thread.interrupted();
        try {
            // Bounded, for an event loop that is being closed runs nothing any more.
            var _ = done.await(RESET_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
