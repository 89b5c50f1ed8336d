package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What "it" and "the result" stand for: the call of the clause before.
 *
 * @param result what it answered, empty if there is no answer yet or it failed
 */
record Earlier(Optional<String> result, ObjectNode arguments) {
    static final Earlier NONE = new Earlier(Optional.empty(), JsonNodeFactory.instance.objectNode());

    private static final Pattern RESULT = Pattern.compile(
            "(?i)\\b(?:save|store|write|put|keep|remember|echo|repeat|send|say|note|multiply|divide|double|add)(?: down| to)?"
                    + " (?:it|that|this|them)\\b(?=\\s*(?:$|[.,!?]|as\\b|in\\b|into\\b|to\\b|under\\b|by\\b|with\\b|back\\b))"
                    + "|\\b(?:the|this|that) (?:result|answer|output)s?\\b|\\b(?:it|that) (?:times|plus|minus)\\b");
    private static final Pattern THING = Pattern.compile("(?i)\\b(?:it|that|this|them)\\s*(?:$|[.,!?])");
    private static final Pattern STAND_IN = Pattern.compile("(?i)\\b(?:the result|the answer|it|that|this)\\b");
    private static final Pattern LONE_NUMBER = Pattern.compile("(?s)[^\\d-]*(-?\\d+(?:\\.\\d+)?)[^\\d]*");

    /** True if a clause speaks of the result of what was done before. */
    static boolean isMeant(String clause) {
        return RESULT.matcher(clause).find();
    }

    /** True if a clause speaks of the thing that was dealt with before: "read it". */
    static boolean isThingMeant(String clause) {
        return THING.matcher(clause).find();
    }

    /** "multiply it by 2" after a result of 7: "multiply 7 by 2". */
    String putInto(String clause) {
        var number = result.map(LONE_NUMBER::matcher).filter(Matcher::matches);
        return number.isPresent() && isMeant(clause) && clause.chars().anyMatch(Character::isDigit)
                ? STAND_IN.matcher(clause).replaceFirst(number.get().group(1))
                : clause;
    }
}
