package dev.forebay.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.List;

/** One round of a {@link ScriptedModel}: what it says and calls, streamed as an engine would. */
final class Reply implements ScriptedModel.Step {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final List<ToolCall> calls = new ArrayList<>();
    private final ObjectNode extraMembers = JSON.createObjectNode();
    private final ObjectNode choice = JSON.createObjectNode();
    private String text = "";
    private String reasoning = "";
    private String finish = "";
    private Usage usage = new Usage(10, 2, 0, 0);

    static Reply says(String text) {
        var reply = new Reply();
        reply.text = text;
        return reply;
    }

    static Reply calls(String name, String arguments) {
        return new Reply().andCalls(name, arguments);
    }

    Reply andCalls(String name, String arguments) {
        return andCalls("up_" + calls.size(), name, arguments);
    }

    Reply andCalls(String id, String name, String arguments) {
        calls.add(new ToolCall(id, name, arguments));
        return this;
    }

    /** The last call carries this besides. */
    Reply carrying(String member, String value) {
        var last = calls.removeLast();
        calls.add(new ToolCall(
                last.id(),
                last.name(),
                last.arguments(),
                JSON.createObjectNode().put(member, value)));
        return this;
    }

    Reply saying(String said) {
        text = said;
        return this;
    }

    Reply thinking(String thought) {
        reasoning = thought;
        return this;
    }

    Reply ending(String finishReason) {
        finish = finishReason;
        return this;
    }

    Reply using(Usage spent) {
        usage = spent;
        return this;
    }

    Reply with(String member, String value) {
        extraMembers.put(member, value);
        return this;
    }

    @Override
    public Completion play(ChatRequest request, Call call, Sink sink) throws InterruptedException {
        if (!reasoning.isEmpty()) {
            sink.emit(new Event.Reasoning(reasoning, "reasoning_content"));
        }
        for (var word : text.splitWithDelimiters(" ", 0)) {
            if (!word.isEmpty()) {
                sink.emit(new Event.Text(word, null));
            }
        }
        for (var i = 0; i < calls.size(); i++) {
            var made = calls.get(i);
            var half = made.arguments().length() / 2;
            sink.emit(new Event.ToolCallDelta(
                    i, made.id(), made.name(), made.arguments().substring(0, half), made.extras()));
            sink.emit(new Event.ToolCallDelta(i, null, null, made.arguments().substring(half)));
        }
        sink.flush();
        var message = JSON.createObjectNode().put("role", "assistant");
        if (text.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", text);
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning);
        }
        message.setAll(extraMembers);
        var reason = !finish.isEmpty() ? finish : calls.isEmpty() ? "stop" : "tool_calls";
        return new Completion(message, calls, reason, usage, choice.deepCopy(), JSON.createObjectNode());
    }
}
