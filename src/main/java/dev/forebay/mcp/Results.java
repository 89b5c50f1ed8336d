package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.ToolFailure;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the result of a tool call block by block, so that one block that came after us does not cost the others. */
final class Results {
    private Results() {}

    /** @throws ToolFailure if it is no result at all */
    static Result from(String server, JsonNode json) throws ToolFailure {
        if (!json.isObject()) {
            throw Failures.protocol(server, "answered the call with no object");
        }
        var content = new ArrayList<Content>();
        for (var block : json.path("content")) {
            if (!isForUserOnly(block)) {
                content.add(content(block));
            }
        }
        var structured = json.path("structuredContent");
        return new Result(
                content,
                structured.isMissingNode() || structured.isNull() ? Optional.empty() : Optional.of(structured),
                json.path("isError").asBoolean());
    }

    private static boolean isForUserOnly(JsonNode block) {
        var audience = block.path("annotations").path("audience");
        if (!audience.isArray() || audience.isEmpty()) {
            return false;
        }
        for (var reader : audience) {
            if (!reader.asText().equals("user")) {
                return false;
            }
        }
        return true;
    }

    private static Content content(JsonNode block) {
        var type = block.path("type").asText("");
        return switch (type) {
            case "text" -> new Content.Text(block.path("text").asText(""));
            case "image" ->
                new Content.Image(
                        block.path("mimeType").asText(""), block.path("data").asText(""));
            case "audio" ->
                new Content.Audio(
                        block.path("mimeType").asText(""), block.path("data").asText(""));
            case "resource" -> resource(block.path("resource"));
            case "resource_link" ->
                new Content.Link(
                        block.path("uri").asText(""), block.path("name").asText(""), text(block.path("mimeType")));
            default -> new Content.Unknown(type);
        };
    }

    private static Content resource(JsonNode resource) {
        return new Content.Resource(
                resource.path("uri").asText(""),
                text(resource.path("mimeType")),
                text(resource.path("text")),
                text(resource.path("blob")));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : null;
    }
}
