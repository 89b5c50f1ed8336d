package dev.forebay.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How members that Forebay does not know are put together from the chunks of a stream. Null says nothing. */
final class Parts {
    private Parts() {}

    /** As in a delta: texts grow, lists grow, objects are merged; an id or a type stays. */
    static void append(ObjectNode into, String member, JsonNode piece) {
        merge(into, member, piece, true);
    }

    /** As beside a delta: lists grow, objects are merged, the last of anything else counts. */
    static void replace(ObjectNode into, String member, JsonNode piece) {
        merge(into, member, piece, false);
    }

    private static void merge(ObjectNode into, String member, JsonNode piece, boolean textsGrow) {
        if (piece.isNull()) {
            return;
        }
        var known = into.get(member);
        if (known instanceof ArrayNode list && piece.isArray()) {
            piece.forEach(item -> {
                if (!mergeAtIndex(list, item, textsGrow)) {
                    list.add(item.deepCopy());
                }
            });
        } else if (known instanceof ObjectNode object && piece.isObject()) {
            piece.properties().forEach(inner -> merge(object, inner.getKey(), inner.getValue(), textsGrow));
        } else if (textsGrow && grows(member) && known != null && known.isTextual() && piece.isTextual()) {
            into.put(member, known.asText() + piece.asText());
        } else {
            into.set(member, piece.deepCopy());
        }
    }

    /** Items with an index are parts of one another, as tool calls are. */
    private static boolean mergeAtIndex(ArrayNode list, JsonNode item, boolean textsGrow) {
        if (!item.path("index").isInt()) {
            return false;
        }
        for (var known : list) {
            if (known instanceof ObjectNode object && known.path("index").equals(item.path("index"))) {
                item.properties().forEach(inner -> merge(object, inner.getKey(), inner.getValue(), textsGrow));
                return true;
            }
        }
        return false;
    }

    private static boolean grows(String member) {
        return !member.equals("id") && !member.equals("type");
    }
}
