package dev.forebay.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Cuts a message into the things that it asks for. */
final class Clauses {
    /** @param after true if it follows on what was asked before: "then ..." */
    record Clause(String text, boolean after) {}

    /** More clauses than this are left unread. */
    private static final int CLAUSES_MAX = 24;

    private static final Pattern CUT = Pattern.compile(
            "(?<strong>[.!?]{1,16}(?=\\s|$)|;|\\n{1,16})|(?<then>,?\\s{1,16}(?:and\\s{1,16})?(?:then|afterwards|after that|next|finally),?\\s{1,16})"
                    + "|(?<weak>,\\s{1,16}(?:and\\s{1,16})?(?:also\\s{1,16})?|\\s{1,16}and\\s{1,16}(?:also\\s{1,16})?)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern THEN =
            Pattern.compile("(?i)^(?:and\\s+)?(?:then|afterwards|after that|next|finally)\\b,?\\s*");
    private static final Pattern FLUFF = Pattern.compile(
            "(?i)^(?:(?:and|also|please|kindly|now|hi|hello|hey|ok|okay|so|well)\\b[,!]?\\s*|(?:can|could|would|will) you (?:please )?|i(?:'d| would) like (?:you )?to |i want (?:you )?to ){1,6}");
    /** "Save the result of 3 * 4 as total" is two things. */
    private static final Pattern RESULT_OF = Pattern.compile(
            "(?i)\\b((?:save|store|write|put|keep|remember|echo|repeat|say) the (?:result|answer))s? of ([^,;:?!]*?)((?: (?:in|into|as|to|under) (?:an? |the )[^,;?!]*)?)(?=$|[,;?!]|\\.(?:\\s|$))");

    private static final Set<String> QUESTIONS =
            Set.of("what", "what's", "whats", "when", "where", "which", "who", "how", "is", "are", "does", "do");
    private static final Set<String> COMMANDS = Set.of(
            ("tell show list give get find search look read write open save store remember note calculate compute"
                            + " evaluate convert add subtract multiply divide echo say repeat count create make delete"
                            + " remove move rename fetch use run call check send update set describe explain summarize"
                            + " summarise translate compare answer")
                    .split(" "));

    private Clauses() {}

    /** @param verbs further words that a clause may begin with, as those of the tools at hand */
    static List<Clause> of(String whole, Set<String> verbs) {
        var message = RESULT_OF.matcher(whole).replaceAll("$2, then $1$3");
        var clauses = new ArrayList<Clause>();
        var quotes = Mentions.quotedIn(message);
        var start = 0;
        var after = false;
        var matcher = CUT.matcher(message);
        while (matcher.find() && clauses.size() < CLAUSES_MAX) {
            var at = matcher.start();
            var inQuotes = quotes.stream().anyMatch(quote -> quote.from() < at && at < quote.to() - 1);
            var cuts = matcher.group("weak") == null
                    || begins(message.substring(matcher.end()), matcher.group(), hasColon(message, start, at), verbs);
            if (!inQuotes && cuts) {
                after = add(clauses, message.substring(start, at), after) ? matcher.group("then") != null : after;
                start = matcher.end();
            }
        }
        if (clauses.size() < CLAUSES_MAX) {
            add(clauses, message.substring(start), after);
        }
        return clauses;
    }

    /** Without "please", "could you" and the like. */
    static String bare(String clause) {
        return FLUFF.matcher(clause.strip()).replaceFirst("").strip();
    }

    private static boolean add(List<Clause> clauses, String text, boolean after) {
        var follows = THEN.matcher(text.strip());
        var isAfter = after || follows.find();
        var bare = bare(follows.reset().replaceFirst(""));
        if (bare.isEmpty()) {
            return false;
        }
        clauses.add(new Clause(bare, isAfter && !clauses.isEmpty()));
        return true;
    }

    /** "and" alone rarely begins something new: "milk and eggs". After a colon it takes a comma and a question. */
    private static boolean begins(String rest, String separator, boolean colon, Set<String> verbs) {
        var words = Words.all(bare(rest.substring(0, Math.min(rest.length(), 80))));
        if (words.isEmpty()) {
            return false;
        }
        var first = words.getFirst();
        if (QUESTIONS.contains(first)) {
            return !colon || separator.startsWith(",");
        }
        var commands = COMMANDS.contains(first) || verbs.contains(Words.stem(first));
        return commands
                && words.size() > 1
                && (!colon || separator.startsWith(","))
                && !isNumber(words.get(1), separator);
    }

    private static boolean isNumber(String word, String separator) {
        return separator.isBlank() && Character.isDigit(word.charAt(0));
    }

    private static boolean hasColon(String message, int from, int to) {
        for (var at = message.indexOf(':', from); at >= 0 && at < to - 1; at = message.indexOf(':', at + 1)) {
            if (Character.isWhitespace(message.charAt(at + 1))) {
                return true;
            }
        }
        return false;
    }
}
