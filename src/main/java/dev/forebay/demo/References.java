package dev.forebay.demo;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;

/** The local references of a schema, and those that are being followed at the moment. Nothing is ever fetched. */
final class References {
    private final JsonNode root;
    private final Deque<String> entered = new ArrayDeque<>();

    References(JsonNode root) {
        this.root = root;
    }

    /** May be entered once more while it is being followed, which gives lists of nodes one child. */
    void enter(String reference) {
        if (entered.stream().filter(reference::equals).count() > 1) {
            throw new SchemaFiller.Unfillable("the schema refers to itself without an end: " + reference);
        }
        entered.push(reference);
    }

    void leave() {
        entered.pop();
    }

    /** What the schema's {@code $ref} points to, together with what stands beside it. */
    JsonNode followed(JsonNode schema) {
        return SchemaMerge.merge(
                SchemaMerge.without(schema, "$ref"), target(schema.path("$ref").asText()));
    }

    /** Followed until there is no reference; a circle of nothing but references is left as it is. */
    JsonNode resolved(JsonNode part) {
        var seen = new HashSet<String>();
        var schema = part;
        while (schema.has("$ref") && seen.add(schema.path("$ref").asText())) {
            schema = followed(schema);
        }
        return schema;
    }

    private JsonNode target(String reference) {
        var target = reference.equals("#")
                ? root
                : reference.startsWith("#/") ? root.at(pointer(reference)) : JsonNodeFactory.instance.missingNode();
        if (target.isMissingNode()) {
            throw new SchemaFiller.Unfillable(
                    "\"" + reference + "\" points nowhere in the schema; only local references are followed");
        }
        return target;
    }

    /** The pointer behind the "#", with its percent signs resolved. */
    private static JsonPointer pointer(String reference) {
        try {
            return JsonPointer.compile(
                    URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new SchemaFiller.Unfillable("\"" + reference + "\" is no JSON pointer");
        }
    }
}
