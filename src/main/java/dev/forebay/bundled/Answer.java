package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a tool found: the same facts in words, for models, and as an object that fits the tool's output schema. */
record Answer(String text, ObjectNode structured) {
    static ObjectNode facts() {
        return JsonNodeFactory.instance.objectNode();
    }
}
