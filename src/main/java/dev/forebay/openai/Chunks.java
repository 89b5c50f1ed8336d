package dev.forebay.openai;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.ToolCall;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Renders an agent's events as chunks of one chat completion. Every chunk has {@code choices}, the first delta alone has
 * the role: clients take a second one for a new message.
 */
final class Chunks {
    private static final byte[] FINISH_NULL = ascii(",\"finish_reason\":null}]}\n\n");
    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private final byte[] prefix;
    private final AnswerHead head;
    private Buffer pending = Buffer.buffer(512);
    private boolean roleSent;

    Chunks(AnswerHead head) {
        this.head = head;
        this.prefix = ("data: {\"id\":" + quoted(head.id())
                        + ",\"object\":\"chat.completion.chunk\",\"created\":" + head.created()
                        + ",\"model\":" + quoted(head.model())
                        + ",\"choices\":[{\"index\":0,\"delta\":{")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Adds what the client is shown of the event; returns false if that is nothing. */
    boolean add(Event event) {
        switch (event) {
            case Event.Text(var text, var choice) -> text("content", text, choice);
            case Event.Reasoning(var text, var member) -> text(member, text, null);
            case Event.Other(var delta) -> members(delta);
            case Event.ToolCallDelta delta -> toolCall(delta);
            case Event.RoundStarted _,
                    Event.RoundEnded _,
                    Event.ToolStarted _,
                    Event.ToolProgress _,
                    Event.ToolEnded _ -> {
                return false;
            }
        }
        return true;
    }

    /** What has been added since the last call. */
    Buffer take() {
        var ready = pending;
        pending = Buffer.buffer(512);
        return ready;
    }

    int pendingBytes() {
        return pending.length();
    }

    /** The last chunks: how it ended, the usage if it was asked for, and the mark of a complete stream. */
    void end(Completion completion, boolean showUsage) {
        var last = chunk();
        var choice = last.putArray("choices").addObject().put("index", 0);
        var delta = choice.putObject("delta");
        if (!roleSent) {
            delta.put("role", "assistant").put("content", "");
        }
        choice.put("finish_reason", completion.finishReason());
        last.setAll(completion.extras());
        event(last);
        if (showUsage) {
            var usage = chunk();
            usage.putArray("choices");
            usage.set("usage", completion.usage().toJson());
            event(usage);
        }
        pending.appendString("data: [DONE]\n\n");
    }

    private void text(String member, String text, @Nullable ObjectNode choice) {
        begin();
        pending.appendString("\"" + member + "\":\"")
                .appendBytes(ENCODER.quoteAsUTF8(text))
                .appendString("\"}");
        if (choice != null) {
            choice.properties()
                    .forEach(entry -> pending.appendString("," + quoted(entry.getKey()) + ":" + entry.getValue()));
        }
        pending.appendBytes(FINISH_NULL);
    }

    private void members(ObjectNode delta) {
        begin();
        var json = delta.toString();
        pending.appendString(json.substring(1)).appendBytes(FINISH_NULL);
    }

    private void toolCall(Event.ToolCallDelta call) {
        var json = JsonNodeFactory.instance.objectNode().put("index", call.index());
        if (call.id() != null) {
            json.put("id", call.id()).put("type", "function");
        }
        var function = json.putObject("function");
        if (call.name() != null) {
            function.put("name", call.name());
        }
        function.put("arguments", call.arguments());
        ToolCall.addExtras(json, call.extras());
        begin();
        pending.appendString("\"tool_calls\":[" + json + "]}").appendBytes(FINISH_NULL);
    }

    private void begin() {
        pending.appendBytes(prefix);
        if (!roleSent) {
            roleSent = true;
            pending.appendString("\"role\":\"assistant\",");
        }
    }

    private ObjectNode chunk() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", head.id())
                .put("object", "chat.completion.chunk")
                .put("created", head.created())
                .put("model", head.model());
    }

    private void event(ObjectNode json) {
        pending.appendString("data: " + json + "\n\n");
    }

    private static String quoted(String text) {
        return "\"" + new String(ENCODER.quoteAsUTF8(text), StandardCharsets.UTF_8) + "\"";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
