package dev.forebay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.util.ArrayList;
import java.util.List;

/** What an engine streams in the rounds of an agentic request. */
final class Rounds {
    /** One call of a tool as the engine writes it. */
    record ToolCall(String id, String name, String arguments) {}

    private Rounds() {}

    static ToolCall call(String id, String name, String arguments) {
        return new ToolCall(id, name, arguments);
    }

    /** Says something, then calls tools, all of them in one round. */
    static FakeUpstream.Script calling(String words, ToolCall... calls) {
        var events = new ArrayList<String>();
        events.add(Answers.chunk("{\"role\":\"assistant\",\"content\":\"" + words + "\"}"));
        for (var i = 0; i < calls.length; i++) {
            events.addAll(deltas(i, calls[i]));
        }
        events.add(Answers.finish("tool_calls"));
        events.add(Answers.usage());
        return Answers.streaming(events.toArray(String[]::new));
    }

    /** The answer that ends a request. */
    static FakeUpstream.Script saying(String words) {
        return Answers.streaming(
                Answers.chunk("{\"role\":\"assistant\",\"content\":\"\"}"),
                Answers.text(words),
                Answers.finish("stop"),
                Answers.usage());
    }

    /** The arguments come in two pieces, as engines send them. */
    private static List<String> deltas(int index, ToolCall call) {
        var half = call.arguments().length() / 2;
        return List.of(
                delta(index, call, call.arguments().substring(0, half)),
                delta(index, null, call.arguments().substring(half)));
    }

    private static String delta(int index, ToolCall begun, String arguments) {
        var delta = JsonNodeFactory.instance.objectNode();
        var call = delta.putArray("tool_calls").addObject().put("index", index);
        if (begun != null) {
            call.put("id", begun.id()).put("type", "function");
        }
        var function = call.putObject("function").put("arguments", arguments);
        if (begun != null) {
            function.put("name", begun.name());
        }
        return Answers.chunk(delta.toString());
    }
}
