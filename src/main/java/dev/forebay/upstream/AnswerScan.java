package dev.forebay.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.Usage;
import java.io.IOException;

/**
 * What the gateway must know of a whole answer, read at its top level only.
 *
 * @param modelFrom where the value of {@code model} begins, its quote included, or -1
 * @param isError true for an error object where an answer was expected
 * @param isObject true if it begins as a JSON object and is one as far as it goes
 * @param isWhole false if the text is no JSON or stops short
 */
record AnswerScan(int modelFrom, int modelTo, Usage usage, boolean isError, boolean isObject, boolean isWhole) {
    private static final JsonFactory JSON = new ObjectMapper().getFactory();
    private static final AnswerScan NO_OBJECT = new AnswerScan(-1, -1, Usage.NONE, false, false, false);

    static AnswerScan of(byte[] bytes) {
        var modelFrom = -1;
        var modelTo = -1;
        var usage = Usage.NONE;
        var error = false;
        var answer = false;
        var object = false;
        try (var parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return NO_OBJECT;
            }
            object = true;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                switch (name) {
                    case "model" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            modelFrom = (int) parser.currentTokenLocation().getByteOffset();
                            parser.getTextLength(); // reads the string to its end
                            modelTo = (int) parser.currentLocation().getByteOffset();
                        }
                    }
                    case "usage" -> usage = Usage.from(parser.readValueAsTree()).orElse(usage);
                    case "error" -> error = value != JsonToken.VALUE_NULL;
                    case "choices", "data", "object" -> answer = true;
                    default -> {}
                }
                parser.skipChildren();
            }
            var whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
            return new AnswerScan(modelFrom, modelTo, usage, error && !answer, whole, whole);
        } catch (JsonParseException e) {
            return e instanceof JsonEOFException || stopsShort(bytes)
                    ? new AnswerScan(modelFrom, modelTo, usage, error && !answer, object, false)
                    : NO_OBJECT;
        } catch (IOException _) {
            return NO_OBJECT;
        }
    }

    /**
     * Whether there is nothing wrong with the text but that it ends too soon. The parser above takes the end for a wrong
     * character after {@code 0.} or {@code tru}; one that waits for more does not.
     */
    private static boolean stopsShort(byte[] bytes) {
        try (var parser = JSON.createNonBlockingByteArrayParser()) {
            ((ByteArrayFeeder) parser.getNonBlockingInputFeeder()).feedInput(bytes, 0, bytes.length);
            var token = parser.nextToken();
            while (token != null && token != JsonToken.NOT_AVAILABLE) {
                token = parser.nextToken();
            }
            return token == JsonToken.NOT_AVAILABLE;
        } catch (IOException _) {
            return false;
        }
    }
}
