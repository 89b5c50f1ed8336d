package dev.forebay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.forebay.chat.AffinityKey;
import dev.forebay.routing.PromptPrefix;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tells which requests have their prompts' beginning in common: where the prompt stands, and {@code prompt_cache_key}. */
final class PromptScan {
    private static final int CACHE_KEY_CHARS_MAX = 1024;

    private @Nullable String cacheKey;
    private int from;
    // Of a text it is not known: to look for its end costs more than to step over it.
    private int to;
    private boolean text;

    void messages(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.START_ARRAY) {
            from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            to = (int) parser.currentLocation().getByteOffset();
            text = false;
        } else {
            parser.skipChildren();
        }
    }

    /** The value is one text. */
    void text(JsonParser parser) {
        from = (int) parser.currentTokenLocation().getByteOffset();
        text = true;
    }

    void cacheKey(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            var whole = parser.getText();
            cacheKey = whole.length() <= CACHE_KEY_CHARS_MAX ? whole : whole.substring(0, CACHE_KEY_CHARS_MAX);
        }
        parser.skipChildren();
    }

    /** What the client calls the prompts that begin alike, cut if it is long; null without. */
    @Nullable
    String cacheKey() {
        return cacheKey;
    }

    /** @param body what was scanned */
    Optional<AffinityKey.Prefix> prefix(byte[] body) {
        return PromptPrefix.of(body, from, text ? endOfText(body) : to);
    }

    private int endOfText(byte[] body) {
        var end = Math.min(body.length, from + PromptPrefix.BYTES_MAX);
        for (var at = from + 1; at < end; at++) {
            if (body[at] == '\\') {
                at++;
            } else if (body[at] == '"') {
                return at;
            }
        }
        return end;
    }
}
