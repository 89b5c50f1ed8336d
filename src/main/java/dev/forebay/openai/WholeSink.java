package dev.forebay.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.http.ApiRequest;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;

/** Answers with a whole chat completion once the run has ended. */
final class WholeSink implements AgentSink {
    private final ApiRequest request;
    private final Context context;
    private final AnswerHead head;

    WholeSink(ApiRequest request, Context context, AnswerHead head) {
        this.request = request;
        this.context = context;
        this.head = head;
    }

    @Override
    public void emit(Event event) {}

    @Override
    public void end(Completion completion) {
        var body = Buffer.buffer(json(completion).toString());
        context.runOnContext(_ -> {
            if (!request.response().closed()) {
                request.answer(200, "application/json", body);
            }
        });
    }

    @Override
    public void fail(ErrorAnswer error) {
        context.runOnContext(_ -> error.to(request));
    }

    @Override
    public void gone() {}

    private ObjectNode json(Completion completion) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("id", head.id())
                .put("object", "chat.completion")
                .put("created", head.created())
                .put("model", head.model());
        var message = completion.message().deepCopy();
        if (!completion.toolCalls().isEmpty()) {
            var calls = message.putArray("tool_calls");
            completion.toolCalls().forEach(call -> calls.add(call.toJson()));
        }
        var choice = json.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        choice.setAll(completion.choice());
        choice.put("finish_reason", completion.finishReason());
        json.set("usage", completion.usage().toJson());
        json.setAll(completion.extras());
        return json;
    }
}
