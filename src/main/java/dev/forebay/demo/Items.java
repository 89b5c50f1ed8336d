package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What a schema says about the items of a list.
 *
 * @param prefix schemas of the first items, by position
 * @param further schema of those after them
 * @param min fewer are not allowed
 * @param wanted how many to make: the fewest allowed, but one at least, and all that have a position
 */
record Items(JsonNode prefix, JsonNode further, int min, int wanted, boolean unique) {
    static final int MAX = 1_000;

    /** @throws SchemaFiller.Unfillable if more items are needed than are allowed or made */
    static Items of(JsonNode schema, String property) {
        // Before draft 2020-12 the schemas by position stood in "items", the one for the rest in "additionalItems".
        var old = schema.path("items").isArray() && !schema.has("prefixItems");
        var prefix = schema.path(old ? "items" : "prefixItems");
        var further = schema.path(old ? "additionalItems" : "items");
        var min = schema.path("minItems").asInt(0);
        var max = Math.min(schema.path("maxItems").asInt(MAX), MAX);
        if (min > max) {
            throw new SchemaFiller.Unfillable("\"" + property + "\" needs more items than it may have");
        }
        var wanted = Math.min(max, Math.max(min, Math.max(prefix.size(), 1)));
        return new Items(
                prefix,
                further.isMissingNode() ? JsonNodeFactory.instance.objectNode() : further,
                min,
                wanted,
                schema.path("uniqueItems").asBoolean());
    }

    JsonNode at(int index) {
        return index < prefix.size() ? prefix.get(index) : further;
    }
}
