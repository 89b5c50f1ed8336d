package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The members that all parts of one answer share. */
record Stamp(String id, long created, String model) {
    private static final String FINGERPRINT = "forebay-demo-rules";

    ObjectNode json(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model)
                .put("system_fingerprint", FINGERPRINT);
    }
}
