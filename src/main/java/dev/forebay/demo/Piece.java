package dev.forebay.demo;

/** What a stream sends in one chunk: one token of the answer. */
sealed interface Piece {
    record Reasoning(String text) implements Piece {}

    record Text(String text) implements Piece {}

    /** A call begins: index, id and name, no arguments yet. */
    record CallStart(int index, String id, String name) implements Piece {}

    record CallArguments(int index, String fragment) implements Piece {}
}
