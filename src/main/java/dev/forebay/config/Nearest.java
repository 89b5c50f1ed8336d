package dev.forebay.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The known words nearest to one that is not known. */
public final class Nearest {
    private Nearest() {}

    /** Up to {@code count} known words within a third of the word's length in edits, nearest first. */
    public static List<String> to(String word, Collection<String> known, int count) {
        var reach = Math.max(2, word.length() / 3);
        record Rated(String word, int distance) {}
        return known.stream()
                .map(k -> new Rated(k, distance(word, k)))
                .filter(r -> r.distance() <= reach || contains(r.word(), word))
                .sorted(Comparator.comparingInt(Rated::distance).thenComparing(Rated::word))
                .limit(count)
                .map(Rated::word)
                .toList();
    }

    /** {@code ; did you mean "x"?}, or what is known if nothing is near. */
    public static String hint(String word, Collection<String> known) {
        if (known.isEmpty()) {
            return "; none is known";
        }
        var near = to(word, known, 1);
        return near.isEmpty()
                ? "; known: "
                        + String.join(", ", known.stream().sorted().limit(20).toList())
                : "; did you mean \"" + near.getFirst() + "\"?";
    }

    private static boolean contains(String known, String word) {
        return word.length() >= 3 && (known.contains(word) || (known.length() >= 3 && word.contains(known)));
    }

    /** Levenshtein's distance, case ignored. */
    private static int distance(String a, String b) {
        var before = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j - 1], before[j]) + 1, before[j - 1] + (same ? 0 : 1));
            }
            before = row;
        }
        return before[b.length()];
    }
}
