package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON in one form for all that means the same: members sorted, numbers by value. */
final class Canonical {
    private Canonical() {}

    static String of(JsonNode json) {
        if (json.isNumber()) {
            return json.decimalValue().stripTrailingZeros().toString();
        }
        if (json instanceof ObjectNode object) {
            return object.properties().stream()
                    .sorted(Comparator.comparing(Map.Entry::getKey))
                    .map(e -> TextNode.valueOf(e.getKey()) + ":" + of(e.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (json.isArray()) {
            return AgentRequest.elements(json).stream().map(Canonical::of).collect(Collectors.joining(",", "[", "]"));
        }
        return json.toString();
    }
}
