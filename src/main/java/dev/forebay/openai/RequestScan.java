package dev.forebay.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.forebay.chat.ModelFailure.BadRequest;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway acts on in a request, read in one pass over the top level without building a tree. Offsets count bytes
 * of the body; everything else in it travels on as it came.
 */
final class RequestScan {
    /** A member of the top level: its name begins at {@code from}, its value stands in {@code [valueFrom, valueTo)}. */
    record Member(int from, int valueFrom, int valueTo) {}

    /** Reads bodies of any client. */
    static final class Scanner {
        private final JsonFactory json;

        Scanner(int depthMax, int bytesMax) {
            var constraints = StreamReadConstraints.builder()
                    .maxNestingDepth(depthMax)
                    .maxStringLength(bytesMax)
                    .build();
            // The offsets are those of UTF-8: other encodings of JSON are not looked for (RFC 8259 §8.1).
            this.json = JsonFactory.builder()
                    .streamReadConstraints(constraints)
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .build();
        }

        /** @throws BadRequest that names the parameter at fault */
        RequestScan scan(byte[] body) {
            var scan = new RequestScan();
            try (var parser = json.createParser(body)) {
                scan.read(parser);
            } catch (IOException e) {
                throw NoJson.refused(e);
            }
            if (scan.model == null) {
                throw new BadRequest("the parameter model is missing", "model", "missing_required_parameter");
            }
            if (scan.streamOptions != null && !scan.stream) {
                throw new BadRequest(
                        "stream_options is only allowed when stream is true", "stream_options", "invalid_value");
            }
            return scan;
        }
    }

    /** Members whose place counts: finding it costs more than to step over the member. */
    private static final Set<String> ACTED_ON = Set.of("model", "stream", "stream_options", "x_forebay", "mcp_servers");

    private static final long CHOICES_MAX = 10_000;

    private @Nullable String model;
    private Member modelMember = new Member(0, 0, 0);
    private boolean stream;
    private @Nullable Member streamMember;
    private @Nullable Member streamOptions;
    private @Nullable Member includeUsage;
    private boolean streamOptionsEmpty = true;
    private boolean usageAskedFor;
    private boolean streamOptionsNull;
    private @Nullable Member forebay;
    private @Nullable Member mcpServers;
    private boolean mcp;
    private final PromptScan prompt = new PromptScan();
    private int n = 1;
    private int prompts = 1;

    private RequestScan() {}

    /** The name that the client asked for. */
    String model() {
        return model == null ? "" : model;
    }

    Member modelMember() {
        return modelMember;
    }

    boolean stream() {
        return stream;
    }

    /** {@code stream_options}, or null if the request has none; it may be there with the value null. */
    @Nullable
    Member streamOptions() {
        return streamOptions;
    }

    /** {@code include_usage} within it, or null. */
    @Nullable
    Member includeUsage() {
        return includeUsage;
    }

    boolean streamOptionsEmpty() {
        return streamOptionsEmpty;
    }

    boolean usageAskedFor() {
        return usageAskedFor;
    }

    /** {@code x_forebay}, which is for us alone, or null. */
    @Nullable
    Member forebay() {
        return forebay;
    }

    /** {@code mcp_servers}, which is for us alone, or null. */
    @Nullable
    Member mcpServers() {
        return mcpServers;
    }

    /**
     * True if the request brings MCP servers, by {@code mcp_servers} or as tools of type {@code mcp}. A list without any,
     * as programs send that fill it in on need, asks for nothing.
     */
    boolean mcp() {
        return mcp;
    }

    PromptScan prompt() {
        return prompt;
    }

    /** How many choices the answer will have: so many for each prompt. */
    int choices() {
        return (int) Math.min((long) n * prompts, CHOICES_MAX);
    }

    private void read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new BadRequest("the body must be a JSON object", null, "invalid_json");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var from = ACTED_ON.contains(name)
                    ? (int) parser.currentTokenLocation().getByteOffset()
                    : 0;
            var value = parser.nextToken();
            switch (name) {
                case "model" -> model(parser, from, value);
                case "stream" -> stream(parser, from, value);
                case "stream_options" -> streamOptions(parser, from, value);
                case "tools" -> tools(parser, value);
                case "mcp_servers" -> mcpServers(parser, from, value);
                case "n" -> {
                    // What the number's form or size makes of it is for the model server to say.
                    n = value == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT
                            ? Math.max(1, parser.getIntValue())
                            : 1;
                    parser.skipChildren();
                }
                case "messages" -> prompt.messages(parser, value);
                case "prompt" -> prompts(parser, value);
                case "prompt_cache_key" -> prompt.cacheKey(parser, value);
                case "x_forebay" -> forebay = once(forebay, name, rest(parser, from));
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new BadRequest("something follows the JSON object", null, "invalid_json");
        }
        if (streamOptionsNull && !stream) {
            streamOptions = null;
        }
    }

    private void model(JsonParser parser, int from, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw new BadRequest("model must be a string", "model", "invalid_type");
        }
        once(model == null ? null : modelMember, "model", modelMember);
        model = parser.getText();
        modelMember = rest(parser, from);
    }

    private void stream(JsonParser parser, int from, JsonToken value) throws IOException {
        if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
            throw new BadRequest("stream must be true or false", "stream", "invalid_type");
        }
        stream = value == JsonToken.VALUE_TRUE;
        streamMember = once(streamMember, "stream", rest(parser, from));
    }

    private void streamOptions(JsonParser parser, int from, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            streamOptionsNull = true;
            streamOptions = once(streamOptions, "stream_options", rest(parser, from));
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            throw new BadRequest("stream_options must be an object", "stream_options", "invalid_type");
        }
        var valueFrom = (int) parser.currentTokenLocation().getByteOffset();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            streamOptionsEmpty = false;
            var memberFrom = (int) parser.currentTokenLocation().getByteOffset();
            var name = parser.currentName();
            var member = parser.nextToken();
            if (name.equals("include_usage")) {
                usageAskedFor = member == JsonToken.VALUE_TRUE;
                includeUsage = once(includeUsage, "stream_options.include_usage", rest(parser, memberFrom));
            } else {
                parser.skipChildren();
            }
        }
        var to = (int) parser.currentLocation().getByteOffset();
        streamOptions = once(streamOptions, "stream_options", new Member(from, valueFrom, to));
    }

    private void mcpServers(JsonParser parser, int from, JsonToken value) throws IOException {
        var any = value != JsonToken.START_ARRAY && value != JsonToken.VALUE_NULL;
        while (value == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
            any = true;
            parser.skipChildren();
        }
        mcp |= any;
        mcpServers = once(mcpServers, "mcp_servers", rest(parser, from));
    }

    private void tools(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var isType = parser.currentName().equals("type");
                var member = parser.nextToken();
                mcp |= isType
                        && member == JsonToken.VALUE_STRING
                        && parser.getText().equals("mcp");
                parser.skipChildren();
            }
        }
    }

    /** A list of texts, or of lists of tokens, is as many prompts; a list of tokens is one. */
    private void prompts(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            prompt.text(parser);
        }
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        var texts = 0;
        for (var item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            texts += item == JsonToken.VALUE_STRING || item == JsonToken.START_ARRAY ? 1 : 0;
            parser.skipChildren();
        }
        prompts = Math.max(1, texts);
    }

    /** The member whose value the parser stands at, read to the value's end. */
    private static Member rest(JsonParser parser, int from) throws IOException {
        var valueFrom = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.getTextLength(); // reads a string to its end
        return new Member(from, valueFrom, (int) parser.currentLocation().getByteOffset());
    }

    /** What we act on must not stand twice: the model server might act on the other one. */
    private static Member once(@Nullable Member before, String name, Member now) {
        if (before != null) {
            throw new BadRequest("the member " + name + " stands twice", name, "duplicate_member");
        }
        return now;
    }
}
