package dev.forebay.openai;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.forebay.chat.ModelFailure.BadRequest;
import java.io.IOException;
import java.util.regex.Pattern;

/** What a client is told of a body that cannot be read: what is wrong and where, nothing about the parser. */
final class NoJson {
    /** The parser's advice to programmers, which names its own switches and classes. */
    private static final Pattern ASIDE = Pattern.compile(
            " \\((?:start marker at|not recognized as one since) .*"
                    + "|: maybe a \\(non-standard\\) comment.*|: enable `.*|, from `[^`]*`|\\R.*",
            Pattern.DOTALL);

    private NoJson() {}

    static BadRequest refused(IOException e) {
        var message = "the body cannot be read";
        var place = "";
        if (e instanceof JacksonException json) {
            message = ASIDE.matcher(json.getOriginalMessage()).replaceAll("");
            var at = json.getLocation();
            place = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        }
        var what = e instanceof StreamConstraintsException ? "the body exceeds a bound: " : "the body is not JSON: ";
        return new BadRequest(what + message + place, null, "invalid_json");
    }
}
