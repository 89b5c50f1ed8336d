package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A tool's result as the model gets it: text, never empty and never null, and images that a model with vision is shown
 * in a message after it.
 *
 * @param isCut true if the middle of a long text was left out
 */
record ResultText(String text, List<ObjectNode> images, long imageBytes, boolean isCut) {
    private static final Pattern IMAGE_TYPE = Pattern.compile("image/[a-zA-Z0-9.+-]{1,60}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");

    ResultText {
        images = List.copyOf(images);
    }

    /** @param imageBytesMax of all images together; 0 for a model that cannot see */
    static ResultText of(Result result, int resultBytesMax, long imageBytesMax) {
        var lines = new ArrayList<String>();
        var images = new ArrayList<ObjectNode>();
        var imageBytes = 0L;
        var hasText = false;
        for (var block : result.content()) {
            hasText |= block instanceof Content.Text;
            if (block instanceof Content.Image image && isShowable(image, imageBytesMax - imageBytes)) {
                imageBytes += bytes(image.base64());
                images.add(part(image));
                lines.add("[image " + image.mimeType() + " " + size(image.base64()) + ", shown below]");
            } else {
                lines.add(line(block));
            }
        }
        if (!hasText) {
            result.structured().ifPresent(json -> lines.addFirst(json.toString()));
        }
        var text = String.join("\n", lines);
        if (text.isBlank()) {
            text = result.isError() ? "The tool failed and did not say why." : "The tool returned nothing.";
        }
        var kept = Utf8.headAndTail(text, resultBytesMax);
        return new ResultText(Utf8.wellFormed(kept), images, imageBytes, !kept.equals(text));
    }

    private static boolean isShowable(Content.Image image, long bytesLeft) {
        return bytes(image.base64()) <= bytesLeft
                && IMAGE_TYPE.matcher(image.mimeType()).matches()
                && BASE64.matcher(image.base64()).matches();
    }

    private static String line(Content block) {
        return switch (block) {
            case Content.Text(var text) -> text;
            case Content.Image(var type, var base64) -> omitted("image", type, base64);
            case Content.Audio(var type, var base64) -> omitted("audio", type, base64);
            case Content.Resource r when r.text() != null -> "[resource " + r.uri() + "]\n" + r.text();
            case Content.Resource r ->
                omitted(
                        "resource " + r.uri(),
                        r.mimeType() == null ? "of unknown type" : r.mimeType(),
                        r.base64() == null ? "" : r.base64());
            case Content.Link(var uri, var name, var type) ->
                "[link " + name + ", " + uri + (type == null ? "" : ", " + type) + "]";
            case Content.Unknown(var type) -> "[content of type " + Excerpt.of(type) + " omitted]";
        };
    }

    private static String omitted(String kind, String type, String base64) {
        return "[" + kind + " " + Excerpt.of(type) + " " + size(base64) + " omitted]";
    }

    private static String size(String base64) {
        var bytes = bytes(base64);
        return bytes < 1000 ? bytes + " bytes" : (bytes + 500) / 1000 + " kB";
    }

    private static long bytes(String base64) {
        var padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return Math.max(0, base64.length() * 3L / 4 - padding);
    }

    private static ObjectNode part(Content.Image image) {
        var json = JsonNodeFactory.instance.objectNode().put("type", "image_url");
        json.putObject("image_url").put("url", "data:" + image.mimeType() + ";base64," + image.base64());
        return json;
    }
}
