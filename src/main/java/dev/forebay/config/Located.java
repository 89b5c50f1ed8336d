package dev.forebay.config;

/**
 * A bound record and where it was read, for what can only be checked against other files.
 *
 * @param node what the record was bound from
 */
public record Located<R extends Record>(Node.Mapping node, R value) {
    /** @param path below the record, such as {@code nodepools[0].id}; the nearest key above counts if it is absent */
    public Problem problem(String path, String message) {
        return node.at(path).place().problem(message);
    }
}
