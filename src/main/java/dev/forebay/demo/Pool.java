package dev.forebay.demo;

import dev.forebay.demo.Mentions.Form;
import dev.forebay.demo.Mentions.Mention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The mentions of one clause that no argument has taken yet. */
final class Pool {
    private static final Set<String> SOURCES = Set.of("from", "source", "start", "begin", "origin", "src", "old");
    private static final Set<String> TARGETS =
            Set.of("to", "target", "end", "until", "destination", "dest", "dst", "new");
    private static final Pattern BEFORE_TARGET =
            Pattern.compile("(?i).*\\b(?:to|into|in|until|and)\\s+(?:the\\s+)?[\"'`]?$", Pattern.DOTALL);
    private static final Pattern BEFORE_SOURCE =
            Pattern.compile("(?i).*\\b(?:from|between|since)\\s+(?:the\\s+)?[\"'`]?$", Pattern.DOTALL);

    private final String clause;
    private final Mentions mentions;
    private final List<Mention> taken = new ArrayList<>();

    Pool(String clause, Mentions mentions) {
        this.clause = clause;
        this.mentions = mentions;
    }

    /** The mention that fits a parameter called "from" or "to" by the word before it; else the first one left. */
    Optional<Mention> take(Form form, Parameter parameter) {
        var left = left(form);
        var words = Words.all(parameter.name());
        Optional<Mention> fitting = Optional.empty();
        if (words.stream().anyMatch(SOURCES::contains)) {
            fitting = left.stream()
                    .filter(mention -> follows(BEFORE_SOURCE, mention))
                    .findFirst();
            if (fitting.isEmpty()) {
                fitting = left.stream()
                        .filter(mention -> !follows(BEFORE_TARGET, mention))
                        .findFirst();
            }
        } else if (words.stream().anyMatch(TARGETS::contains)) {
            fitting = left.stream()
                    .filter(mention -> follows(BEFORE_TARGET, mention))
                    .reduce((_, last) -> last);
        }
        var chosen = fitting.or(() -> left.stream().findFirst());
        chosen.ifPresent(taken::add);
        return chosen;
    }

    /** A number that stands beside one of these words: "3 steps", "steps 3", "5 seconds". */
    Optional<Mention> takeBeside(Set<String> stems) {
        for (var mention : left(Form.NUMBER)) {
            var after = Words.all(clause.substring(mention.to(), Math.min(clause.length(), mention.to() + 30)));
            var before = Words.all(clause.substring(Math.max(0, mention.from() - 30), mention.from()));
            var follows = !after.isEmpty() && stems.contains(Words.stem(after.getFirst()));
            var precedes = !before.isEmpty() && stems.contains(Words.stem(before.getLast()));
            if (follows || precedes) {
                taken.add(mention);
                return Optional.of(mention);
            }
        }
        return Optional.empty();
    }

    static boolean isTarget(Parameter parameter) {
        return Words.all(parameter.name()).stream().anyMatch(TARGETS::contains);
    }

    List<Mention> takeAll(Form form) {
        var left = left(form);
        taken.addAll(left);
        return left;
    }

    List<Mention> left(Form form) {
        return mentions.of(form).stream()
                .filter(mention -> taken.stream().noneMatch(mention::overlaps))
                .toList();
    }

    private boolean follows(Pattern before, Mention mention) {
        var from = Math.max(0, mention.from() - 30);
        return mention.from() > 0
                && before.matcher(clause.substring(from, mention.from())).matches();
    }
}
