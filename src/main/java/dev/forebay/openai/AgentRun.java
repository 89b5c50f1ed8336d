package dev.forebay.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Model;
import dev.forebay.chat.ModelFailure;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent lane: one request, served by straight-line code on one virtual thread of its own. */
final class AgentRun implements ApiRequest.Interrupted {
    private static final Logger log = LoggerFactory.getLogger(AgentRun.class);

    private final ApiRequest request;
    private final ObjectMapper json;
    private final Model model;
    private final Call call;
    private final AgentSink sink;
    private final Thread thread;
    private final AtomicReference<@Nullable ApiError> aborted = new AtomicReference<>();

    AgentRun(ApiRequest request, ObjectMapper json, Model model, Call call, AgentSink sink) {
        this.request = request;
        this.json = json;
        this.model = model;
        this.call = call;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("agent " + request.id()).unstarted(this::run);
    }

    void start() {
        request.onInterrupted(this);
        thread.start();
    }

    @Override
    public void clientGone() {
        sink.gone();
        thread.interrupt();
    }

    @Override
    public void abort(ApiError reason) {
        aborted.set(reason);
        call.interruption().because(ErrorAnswer.of(reason).word());
        thread.interrupt();
    }

    private void run() {
        try {
            sink.end(model.run(new ChatRequest(body()), call, sink));
        } catch (ModelFailure failure) {
            sink.fail(ErrorAnswer.of(failure));
        } catch (InterruptedException _) {
            var reason = aborted.get();
            if (reason != null) {
                sink.fail(ErrorAnswer.of(reason));
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // Whatever it is, a client that waits must be told; nobody above this thread would.
            log.atError().addKeyValue("request", request.id()).setCause(e).log("agent run failed by a fault of ours");
            sink.fail(ErrorAnswer.of(ApiError.fault(
                    500,
                    "the gateway failed; its log tells more under this request's x-request-id",
                    "internal_error",
                    Optional.empty())));
        }
    }

    private ObjectNode body() {
        try {
            if (json.readTree(request.body().getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw NoJson.refused(e);
        }
        throw new ModelFailure.BadRequest("the body must be a JSON object", null, "invalid_json");
    }
}
