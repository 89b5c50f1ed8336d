package dev.forebay.demo;

import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Answers without tools: who it is, repeating, counting, and an honest word where it understands nothing. */
final class SmallTalk {
    static final String WHO =
            "I am Forebay's rule-based demo, a stand-in for a language model: I have no weights and understand no language,"
                    + " I match words by rules.";
    static final String ABILITIES =
            "I can plan calls over the tools that a request offers (try \"What time is it in Tokyo, and what is 17.5 % of"
                    + " 2,349?\" with demo-agent), fill in a JSON schema, repeat (\"say good morning\"), count (\"count to 20\")"
                    + " and embed text.";
    static final String REPLACEMENT =
            "To put a real model in my place, give a nodepool in config/forebay.yaml the base_url of any OpenAI-compatible"
                    + " server, such as Ollama, llama.cpp or vLLM; the README shows the lines.";

    private static final Pattern GREETING = Pattern.compile(
            "(?i)^\\W*(?:hi|hello|hey|good (?:morning|day|evening)|greetings|ping|test)\\b.{0,20}$", Pattern.DOTALL);
    private static final Pattern IDENTITY = Pattern.compile(
            "(?i)\\b(?:who|what) are you\\b|\\bwhat can you do\\b|\\bwhich model\\b|\\bwhat model\\b|\\byour name\\b|\\bintroduce yourself\\b|^\\W*help\\W*$|\\bare you (?:an? |the )?(?:real|ai|llm|model|gpt|chatgpt|demo|human|bot)\\b");
    private static final Pattern SAY = Pattern.compile(
            "(?i)^\\W*(?:please\\s+)?(?:say|repeat(?: after me)?|echo|(?:reply|respond|answer)(?: only| just| exactly)? with)(?:\\s+(?:only|just|exactly|the words?|this))*\\s*:?\\s+(.+)$",
            Pattern.DOTALL);
    private static final Pattern COUNT =
            Pattern.compile("(?i)\\bcount\\s+(?:from\\s+(\\d{1,6})\\s+)?(?:up\\s+)?to\\s+(\\d{1,6})\\b");
    private static final int COUNTED_MAX = 10_000;

    private SmallTalk() {}

    static String answer(Conversation chat, List<Tool> tools) {
        var user = chat.user().strip();
        var say = SAY.matcher(user);
        if (say.matches()) {
            return unquoted(say.group(1));
        }
        var count = COUNT.matcher(user);
        if (count.find()) {
            return counted(
                    count.group(1) == null ? 1 : Integer.parseInt(count.group(1)), Integer.parseInt(count.group(2)));
        }
        if (user.isEmpty()
                || GREETING.matcher(user).matches()
                || IDENTITY.matcher(user).find()) {
            return String.join(" ", "Hello.", WHO, ABILITIES, REPLACEMENT);
        }
        return String.join(" ", notUnderstood(chat), WHO, tools.isEmpty() ? ABILITIES : offered(tools), REPLACEMENT);
    }

    private static String notUnderstood(Conversation chat) {
        var seen = chat.attachments() > 0 ? " I cannot see pictures or files either." : "";
        return "I have no rule for \"%s\".%s"
                .formatted(Answers.shortened(chat.user().strip(), 80), seen);
    }

    private static String offered(List<Tool> tools) {
        var names = new StringJoiner(", ");
        tools.stream().limit(20).forEach(tool -> names.add(tool.name()));
        return "This request offers me %d tools (%s%s): ask in the words of their names and descriptions, and name what they need."
                .formatted(tools.size(), names, tools.size() > 20 ? ", …" : "");
    }

    private static String counted(int from, int to) {
        if (to < from) {
            return "I count upwards only.";
        }
        var end = Math.min(to, from + COUNTED_MAX - 1);
        var numbers = new StringJoiner(" ");
        for (var i = from; i <= end; i++) {
            numbers.add(Integer.toString(i));
        }
        return end < to ? numbers + " … I stop after " + COUNTED_MAX + " numbers." : numbers.toString();
    }

    private static String unquoted(String text) {
        var plain = text.strip();
        var quoted = plain.length() > 1
                && plain.charAt(0) == plain.charAt(plain.length() - 1)
                && "\"'`".indexOf(plain.charAt(0)) >= 0;
        return quoted ? plain.substring(1, plain.length() - 1) : plain;
    }
}
