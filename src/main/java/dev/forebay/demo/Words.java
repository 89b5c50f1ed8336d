package dev.forebay.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Words of messages and of tools, made comparable: split, lower-cased, lightly stemmed, widened by synonyms. */
final class Words {
    private static final Pattern BORDER =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|[^\\p{L}\\p{N}']+|'(?:s|re|ve|ll|d)?\\b");

    private static final Set<String> STOP = Set.of(
            ("a an the this that these those it its is are was were be been am do does did have has had i me my mine you"
                            + " your we our us they their he she of in on at to for from by with as into and or but if"
                            + " then than so not no yes what which who whom when where why how much many please can"
                            + " could would should will shall may might just only also there here some any out up"
                            + " about after before let s t want need like hi hello hey thanks thank ok okay")
                    .split(" "));

    /** Verbs that say so little that a tool's name is not recognised by them. */
    private static final Set<String> LIGHT = stemmed("get give tell show fetch return use run call make tool retrieve");

    /** Each line is a group of words that stand for each other. */
    private static final String SYNONYMS = """
            save store write keep record jot remember memorize create
            note remember memo reminder recall
            read open view display cat print show
            list show enumerate all
            edit change modify update
            get recall retrieve fetch load lookup
            delete remove erase forget drop
            search find look query grep
            time clock hour
            current now today
            calculate compute evaluate math arithmetic calculator
            sum add plus total
            subtract minus difference
            multiply times product
            divide quotient
            convert translate change
            weather forecast temperature rain sunny
            directory folder dir
            file document
            echo repeat say
            between until till since
            image picture logo photo
            env environment
            graph memory knowledge
            create new make
            move rename
            run start trigger launch execute
            """;

    private static final List<Set<String>> GROUPS =
            SYNONYMS.lines().map(Words::stemmed).toList();

    private Words() {}

    /** Every word in lower case, stop words too. */
    static List<String> all(String text) {
        var words = new ArrayList<String>();
        for (var word : BORDER.split(text, -1)) {
            if (!word.isEmpty()) {
                words.add(word.toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    /** Stems of the words that carry meaning, each once, in order. */
    static Set<String> stems(String text) {
        var stems = new LinkedHashSet<String>();
        for (var word : all(text)) {
            if (!STOP.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /** Stems of these words, stop words too. */
    static Set<String> stemmed(String words) {
        var stems = new LinkedHashSet<String>();
        all(words).forEach(word -> stems.add(stem(word)));
        return stems;
    }

    static boolean isStop(String word) {
        return STOP.contains(word.toLowerCase(Locale.ROOT));
    }

    static boolean isLight(String stem) {
        return LIGHT.contains(stem);
    }

    /** The stem and those that stand for it. */
    static Set<String> widened(String stem) {
        var wide = new LinkedHashSet<String>();
        wide.add(stem);
        for (var group : GROUPS) {
            if (group.contains(stem)) {
                wide.addAll(group);
            }
        }
        return wide;
    }

    static Set<String> widened(Set<String> stems) {
        var wide = new LinkedHashSet<String>();
        stems.forEach(stem -> wide.addAll(widened(stem)));
        return wide;
    }

    static String stem(String lower) {
        if (lower.length() > 4 && lower.endsWith("ies")) {
            return lower.substring(0, lower.length() - 3) + "y";
        }
        if (lower.length() > 5 && lower.endsWith("ing")) {
            return restored(lower.substring(0, lower.length() - 3));
        }
        if (lower.length() > 4 && lower.endsWith("ed")) {
            return restored(lower.substring(0, lower.length() - 2));
        }
        if (lower.length() > 3 && lower.endsWith("s") && !lower.endsWith("ss") && !lower.endsWith("us")) {
            var single = lower.substring(0, lower.length() - 1);
            return single.endsWith("che") || single.endsWith("xe")
                    ? single.substring(0, single.length() - 1)
                    : cut(single);
        }
        return cut(lower);
    }

    /** Undoes what English does before -ed and -ing: "sav" was "save", "gett" was "get". */
    private static String restored(String root) {
        var last = root.charAt(root.length() - 1);
        if (root.length() > 2 && last == root.charAt(root.length() - 2) && "lsd".indexOf(last) < 0) {
            return root.substring(0, root.length() - 1);
        }
        return root.length() == 3 && "aeiou".indexOf(last) < 0 && last != root.charAt(1) ? root + "e" : cut(root);
    }

    /** Without a silent e, so that "create" meets "creating". */
    private static String cut(String word) {
        return word.length() > 5 && word.endsWith("e") && !word.endsWith("ee")
                ? word.substring(0, word.length() - 1)
                : word;
    }
}
