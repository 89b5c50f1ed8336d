package dev.forebay.compute;

/** What names of clusters, instance types and nodepools have in common. */
final class Ids {
    private Ids() {}

    static void check(String key, String id) {
        if (id.isBlank() || id.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException(key + ": need a name without blanks, got \"" + id + "\"");
        }
    }
}
