package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Members of the choices of several rounds, put together as one choice would have them. */
final class Choices {
    private Choices() {}

    /** Lists such as {@code logprobs.content} grow, objects are merged, of all else the last counts. */
    static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(member -> {
            var known = into.get(member.getKey());
            if (known instanceof ObjectNode object && member.getValue() instanceof ObjectNode more) {
                merge(object, more);
            } else if (known instanceof ArrayNode array && member.getValue() instanceof ArrayNode more) {
                array.addAll(more);
            } else if (!member.getValue().isNull() || known == null) {
                into.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }
}
