package dev.forebay.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value in a YAML file that knows where it stands. */
public sealed interface Node {
    Place place();

    /** Where a node stands: file, path of keys, line from 1. */
    record Place(String source, String path, int line) {
        Place key(String key, int at) {
            return new Place(source, path.isEmpty() ? key : path + "." + key, at);
        }

        Place index(int index, int at) {
            return new Place(source, path + "[" + index + "]", at);
        }

        public Problem problem(String message) {
            return new Problem(source, line, path, message);
        }
    }

    record Mapping(Place place, Map<String, Node> members) implements Node {
        public Mapping {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    record Sequence(Place place, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /**
     * @param text as written, quotes resolved
     * @param isNull true for {@code key:} without a value, {@code ~} and {@code null}
     */
    record Scalar(Place place, String text, boolean isNull) implements Node {}

    /** The node at a path such as {@code models[1].nodepools[0]}, or the nearest one above it. */
    default Node at(String path) {
        var node = this;
        for (var step : path.replace("[", ".[").split("\\.", -1)) {
            var next = switch (node) {
                case Mapping(var _, var members) -> members.get(step);
                case Sequence(var _, var items)
                when step.startsWith("[") -> {
                    var index = Integer.parseInt(step.substring(1, step.length() - 1));
                    yield index < items.size() ? items.get(index) : null;
                }
                case Sequence _, Scalar _ -> null;
            };
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }
}
