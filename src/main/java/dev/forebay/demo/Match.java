package dev.forebay.demo;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** How well tools fit a clause, by words. A word that many tools share says less. */
final class Match {
    /**
     * @param points higher fits better
     * @param named stems of the tool's name that the clause has, or a synonym of them; light verbs not counted
     * @param reasons words of the clause that counted
     */
    record Score(double points, Set<String> named, Set<String> reasons) {}

    private static final double FULL_NAME = 6;

    private static final Pattern FILE =
            Pattern.compile("(?<![\\w@./~-])[\\w./~-]{0,200}[\\w-]\\.[A-Za-z][A-Za-z0-9]{0,7}(?![\\w@])");
    private static final Map<Character, String> OPERATORS =
            Map.of('+', "plus", '-', "minus", '*', "times", '/', "divide");
    private static final String LENGTH_OF_TIME = "(?:\\d+|an?) (?:second|minute|hour|day|week|month|year)s?";
    private static final Map<Pattern, Set<String>> FORMS = Map.of(
            Pattern.compile("(?i)^(?:what|which) (?:files|folders|directories|notes)\\b"), Set.of("list"),
            Pattern.compile("(?i)^note (?:that|down)\\b|^note:"), Set.of("save"),
            Pattern.compile("(?i)\\bin " + LENGTH_OF_TIME + "$|\\b" + LENGTH_OF_TIME
                            + " (?:ago|from|after|before|later)\\b"),
                    Set.of("add", "duration"));
    private static final Pattern PATH = Pattern.compile("\\S*/\\S+");
    private static final Pattern FOLDER = Pattern.compile("(?i)\\b(?:director(?:y|ies)|folders?)\\b|https?:");

    private final Map<String, Integer> toolsWith = new HashMap<>();

    Match(List<Tool> tools) {
        for (var tool : tools) {
            tool.allWords().forEach(word -> toolsWith.merge(word, 1, Integer::sum));
        }
    }

    /** Stems of what a clause says, paths aside, and of what its forms imply. */
    static Set<String> words(String clause) {
        var words = new LinkedHashSet<>(Words.stems(PATH.matcher(clause).replaceAll(" ")));
        implied(clause).forEach(word -> words.add(Words.stem(word)));
        return words;
    }

    Score score(Tool tool, Said clause) {
        var named = new LinkedHashSet<String>();
        var reasons = new LinkedHashSet<String>();
        var points = clause.head().contains(tool.name()) && tool.name().length() > 3 ? FULL_NAME : 0.0;
        for (var word : clause.words()) {
            var wide = Words.widened(word);
            var inName = new LinkedHashSet<>(wide);
            inName.retainAll(tool.nameWords());
            var light = inName.stream().allMatch(Words::isLight);
            var weight = 0.0;
            if (!inName.isEmpty()) {
                weight = light ? 0.3 : inName.contains(word) ? 3 : 2;
                named.addAll(inName);
            } else if (tool.allWords().contains(word)) {
                weight = 1;
            } else if (tool.allWords().stream().anyMatch(wide::contains)) {
                weight = 0.4;
            }
            if (weight > 0) {
                points += weight / Math.sqrt(toolsWith.getOrDefault(word, 1));
                reasons.add(word);
            }
        }
        named.removeIf(Words::isLight);
        var old = tool.description().contains("DEPRECATED") ? 1 : 0;
        return new Score(points + 2 * coverage(tool, named) - old, named, reasons);
    }

    /** The part of the name's telling words that was said. */
    static double coverage(Tool tool, Set<String> named) {
        var telling =
                tool.nameWords().stream().filter(word -> !Words.isLight(word)).toList();
        return telling.isEmpty()
                ? 0
                : (double) telling.stream().filter(named::contains).count() / telling.size();
    }

    /** What is meant by a form: "3 + 4" finds a tool called sum, "notes.txt" one for files. */
    private static Set<String> implied(String clause) {
        var implied = new LinkedHashSet<String>();
        FORMS.forEach((form, words) -> {
            if (form.matcher(clause).find()) {
                implied.addAll(words);
            }
        });
        if (FILE.matcher(clause).find() && !FOLDER.matcher(clause).find()) {
            implied.add("file");
        }
        for (var expression : Expressions.find(clause)) {
            implied.add("calculate");
            OPERATORS.forEach((sign, word) -> {
                if (expression.indexOf(sign) > 0) {
                    implied.add(word);
                }
            });
        }
        return implied;
    }
}
