package dev.forebay;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An engine's mind that does as it is told: of the user's last message it takes each line for a call, the tool's name
 * before its arguments, and when it has the results it answers with them.
 */
final class Obedient {
    private Obedient() {}

    static FakeUpstream.Script answer(FakeUpstream.Request request) {
        var json = json(request);
        return isAsked(json) ? obey(json) : Rounds.saying(quoted(results(json)));
    }

    /** A request to be obeyed. */
    static String tell(String model, String calls, String... members) {
        return RunningGateway.hello(model, members).replace("\"hello\"", "\"" + quoted(calls) + "\"");
    }

    /** True if the user has spoken last. */
    static boolean isAsked(JsonNode request) {
        return last(request).path("role").asText().equals("user");
    }

    static JsonNode json(FakeUpstream.Request request) {
        try {
            return RunningGateway.JSON.readTree(request.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String results(JsonNode request) {
        return String.join(" | ", AgentGateway.contents(request, "tool"));
    }

    private static FakeUpstream.Script obey(JsonNode request) {
        var lines = last(request).path("content").asText().lines().toList();
        var calls = new Rounds.ToolCall[lines.size()];
        for (var i = 0; i < calls.length; i++) {
            var words = lines.get(i).split(" ", 2);
            calls[i] = Rounds.call("c" + i, words[0], words[1]);
        }
        return Rounds.calling("On it. ", calls);
    }

    private static JsonNode last(JsonNode request) {
        var messages = request.path("messages");
        return messages.path(messages.size() - 1);
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
