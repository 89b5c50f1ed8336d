package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Usage;
import dev.forebay.demo.Rules.Effort;
import dev.forebay.demo.Rules.Form;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code POST /v1/chat/completions}. */
final class ChatRoute {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");
    private static final int MESSAGE_TOKENS = 4;
    private static final int CHOICES_MAX = 16;

    private final InstantSource clock;
    private final Supplier<String> ids;

    ChatRoute(InstantSource clock, Supplier<String> ids) {
        this.clock = clock;
        this.ids = ids;
    }

    /** @throws Refusal if the request is wrong */
    Answer answer(ObjectNode body) {
        var params = new Params(body);
        var stream = params.flag("stream", false);
        var includeUsage = params.includeUsage(stream);
        params.checkNumber("temperature", 0, 2);
        params.checkNumber("top_p", 0, 1);
        var messages = messages(params);
        var now = clock.instant();
        var reply = Rules.reply(
                Conversation.of(messages),
                ToolChoice.of(body.path("tool_choice"), Tool.listOf(tools(params))),
                params.flag("parallel_tool_calls", true),
                effort(params),
                form(params),
                LocalDate.ofInstant(now, ZoneOffset.UTC));
        var max = params.integer("max_completion_tokens", 1, Integer.MAX_VALUE)
                .or(() -> params.integer("max_tokens", 1, Integer.MAX_VALUE))
                .orElse(Integer.MAX_VALUE);
        var stops = params.stops();
        var outputs = Stream.generate(() -> Output.of(reply, max, stops, ids))
                .limit(params.integer("n", 1, CHOICES_MAX).orElse(1))
                .toList();
        var answer = new ChatAnswer(
                new Stamp("chatcmpl-" + ids.get(), now.getEpochSecond(), params.model()),
                outputs,
                new Usage(
                        promptTokens(messages, params),
                        outputs.stream().mapToLong(Output::tokens).sum(),
                        0,
                        outputs.stream().mapToLong(Output::reasoningTokens).sum()));
        return stream ? new Answer.Stream(answer.chunks(includeUsage)) : new Answer.Whole(answer.whole());
    }

    private static JsonNode messages(Params params) {
        var messages = params.body().path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw Params.bad("messages", "need at least one message, got " + Params.brief(messages));
        }
        for (var i = 0; i < messages.size(); i++) {
            var role = messages.get(i).path("role").asText();
            if (!ROLES.contains(role)) {
                throw Params.bad(
                        "messages",
                        "messages[%d].role: need one of %s, got \"%s\""
                                .formatted(i, ROLES.stream().sorted().toList(), Answers.shortened(role, 40)));
            }
        }
        return messages;
    }

    private static JsonNode tools(Params params) {
        var tools = params.body().path("tools");
        if (!tools.isMissingNode() && !tools.isNull() && !tools.isArray()) {
            throw Params.bad("tools", "need a list, got " + Params.brief(tools));
        }
        return tools;
    }

    private static Effort effort(Params params) {
        var effort = params.text("reasoning_effort").orElse("none");
        return switch (effort) {
            case "none", "minimal" -> Effort.NONE;
            case "low" -> Effort.LOW;
            case "medium" -> Effort.MEDIUM;
            case "high", "xhigh", "max" -> Effort.HIGH;
            default ->
                throw Params.bad(
                        "reasoning_effort",
                        "need none, minimal, low, medium or high, got " + Answers.shortened(effort, 40));
        };
    }

    private static Form form(Params params) {
        var format = params.value("response_format");
        if (format.isEmpty()) {
            return new Form.Text();
        }
        var type = format.get().path("type").asText();
        return switch (type) {
            case "text" -> new Form.Text();
            case "json_object" -> new Form.JsonObject();
            case "json_schema" -> {
                var schema = format.get().path("json_schema").path("schema");
                if (!schema.isObject()) {
                    throw Params.bad(
                            "response_format", "json_schema.schema: need an object, got " + Params.brief(schema));
                }
                yield new Form.Schema(schema);
            }
            default ->
                throw Params.bad(
                        "response_format",
                        "type: need text, json_object or json_schema, got \"" + Answers.shortened(type, 40) + "\"");
        };
    }

    private static long promptTokens(JsonNode messages, Params params) {
        var tokens = params.value("tools")
                .map(tools -> Tokens.count(tools.toString()))
                .orElse(0)
                .longValue();
        for (var message : messages) {
            tokens += MESSAGE_TOKENS + Tokens.count(Conversation.text(message.path("content")));
            for (var call : message.path("tool_calls")) {
                tokens += Tokens.count(call.path("function").path("name").asText())
                        + Tokens.count(call.path("function").path("arguments").asText());
            }
        }
        return tokens;
    }
}
