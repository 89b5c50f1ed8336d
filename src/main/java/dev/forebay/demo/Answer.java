package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;

/** What an endpoint answers with. */
sealed interface Answer {
    record Whole(JsonNode json) implements Answer {}

    /** Chunks are made as they are asked for, so that nothing is done for a client that has gone. */
    record Stream(Iterator<ObjectNode> chunks) implements Answer {}
}
