package dev.forebay.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads JSON that a model wrote, strictly: one value, no key twice, numbers to their last digit, depth and size bounded.
 * What is only packed wrongly can be unpacked; what is not said is never made up.
 */
final class JsonText {
    static final int DEPTH_MAX = 64;
    static final int CHARS_MAX = 256 * 1024;
    private static final int NEAR_CHARS = 20;
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate [^']*'(.*)'", Pattern.DOTALL);

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(CHARS_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonText() {}

    /** The text is no JSON; the message says where and why. */
    static final class NotJson extends Exception {
        private static final long serialVersionUID = 1L;

        NotJson(String message) {
            super(message);
        }
    }

    static JsonNode parse(String text) throws NotJson {
        if (text.length() > CHARS_MAX) {
            throw new NotJson("longer than " + CHARS_MAX + " characters");
        }
        try {
            var json = JSON.readTree(text);
            if (json == null || json.isMissingNode()) {
                throw new NotJson("empty");
            }
            return json;
        } catch (StreamConstraintsException _) {
            throw new NotJson("nested deeper than " + DEPTH_MAX + " levels, or a part of it is too long");
        } catch (JsonProcessingException e) {
            throw new NotJson(what(e, text));
        }
    }

    /** In words of our own: the parser's are meant for programmers, and change with its version. */
    private static String what(JsonProcessingException e, String text) {
        var location = e.getLocation();
        if (e instanceof JsonEOFException || location == null) {
            return "it ends before it is complete";
        }
        var at = " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        if (e instanceof MismatchedInputException) {
            return "more follows after the first value" + at;
        }
        var theirs = String.valueOf(e.getOriginalMessage());
        var key = DUPLICATE.matcher(theirs);
        if (key.lookingAt()) {
            return "the key \"" + Excerpt.of(key.group(1)) + "\" stands twice" + at;
        }
        if (theirs.startsWith("Illegal unquoted character")) {
            return "a line break or another control character in a string is not escaped" + at;
        }
        return "no JSON" + at + near(text, location.getCharOffset());
    }

    private static String near(String text, long offset) {
        var from = Math.clamp(offset - 1, 0, text.length());
        var rest = text.substring(from, Math.min(text.length(), from + NEAR_CHARS));
        return rest.lines()
                .findFirst()
                .filter(line -> !line.isBlank())
                .map(line -> ", near " + line.strip())
                .orElse("");
    }

    /** The inside of a Markdown code fence, if the whole text is one. */
    static Optional<String> withoutFence(String text) {
        var bare = text.strip();
        if (!bare.startsWith("```") || !bare.endsWith("```") || bare.length() < 6) {
            return Optional.empty();
        }
        var inside = bare.substring(3, bare.length() - 3);
        var newline = inside.indexOf('\n');
        var info = newline < 0 ? "" : inside.substring(0, newline).strip();
        return Optional.of(
                info.isEmpty() || info.matches("[A-Za-z0-9_+-]{1,16}") ? inside.substring(newline + 1) : inside);
    }

    /**
     * The text with the brackets that it left open, if nothing else is missing: it must stop after a value that cannot
     * go on. After a number, inside a string, after a comma or a colon, more was to come, and what is not known.
     */
    static Optional<String> closed(String text) {
        var open = new StringBuilder();
        var isInString = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (isInString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    isInString = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> isInString = true;
                case '{' -> open.append('}');
                case '[' -> open.append(']');
                case '}', ']' -> {
                    if (open.isEmpty() || open.charAt(open.length() - 1) != c) {
                        return Optional.empty();
                    }
                    open.setLength(open.length() - 1);
                }
                default -> {}
            }
        }
        var bare = text.stripTrailing();
        // The last letters of true, false and null; whether it is one of them, the parser finds out.
        var endsByItself = !bare.isEmpty() && "\"}]el".indexOf(bare.charAt(bare.length() - 1)) >= 0;
        return !isInString && !open.isEmpty() && endsByItself ? Optional.of(bare + open.reverse()) : Optional.empty();
    }
}
