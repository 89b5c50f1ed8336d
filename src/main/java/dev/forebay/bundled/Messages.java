package dev.forebay.bundled;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;

/** Reads messages, one JSON text a line, of bounded length and depth. One thread. */
final class Messages {
    static final int BYTES_MAX = 4 << 20;

    sealed interface Message {
        /** @param bytes length of the line */
        record Good(JsonNode json, int bytes) implements Message {}

        /**
         * A line that was skipped.
         *
         * @param id the id of the request in it; missing if there is none to be found
         */
        record Bad(JsonNode id, RpcError error) implements Message {}
    }

    private final InputStream in;
    private final JsonMapper json;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int filled;

    Messages(InputStream in, JsonMapper json) {
        this.in = in;
        this.json = json;
    }

    /** Blocks until there is a message; empty at the end of input, whose last line need not be ended. */
    Optional<Message> next() throws IOException {
        while (fill()) {
            var rest = new RestOfLine();
            var line = rest.readNBytes(BYTES_MAX + 1);
            if (line.length > BYTES_MAX) {
                return Optional.of(tooLong(line, rest));
            }
            var message = parse(line);
            if (message.isPresent()) {
                return message;
            }
        }
        return Optional.empty();
    }

    /** Empty for a blank line. */
    private Optional<Message> parse(byte[] line) throws IOException {
        try {
            var message = json.readTree(line);
            return message.isMissingNode() ? Optional.empty() : Optional.of(new Message.Good(message, line.length));
        } catch (JsonProcessingException _) {
            var error = new RpcError(RpcError.PARSE, "line skipped: it is not one JSON text");
            return Optional.of(new Message.Bad(idOf(new ByteArrayInputStream(line)), error));
        }
    }

    private Message tooLong(byte[] begin, RestOfLine rest) throws IOException {
        var id = idOf(new SequenceInputStream(new ByteArrayInputStream(begin), rest));
        rest.skipAll();
        var reason = "line skipped: it is longer than %,d bytes".formatted(BYTES_MAX);
        return new Message.Bad(id, new RpcError(RpcError.INVALID_REQUEST, reason));
    }

    /** Walks the tokens without keeping any, so that the caller that sent too much need not wait for its time-out. */
    private JsonNode idOf(InputStream line) throws IOException {
        try (var parser = json.createParser(line).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return MissingNode.getInstance();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var isId = "id".equals(parser.currentName());
                var value = parser.nextToken();
                if (isId && value == JsonToken.VALUE_STRING) {
                    return JsonNodeFactory.instance.textNode(parser.getText());
                }
                if (isId && value == JsonToken.VALUE_NUMBER_INT) {
                    return JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
                }
                parser.skipChildren();
            }
            return MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private boolean fill() throws IOException {
        if (position == filled) {
            position = 0;
            filled = Math.max(0, in.read(buffer));
        }
        return position < filled;
    }

    /** What is left of the line; ends behind its line feed or at the end of input. */
    private final class RestOfLine extends InputStream {
        private boolean ended;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (ended || !fill()) {
                ended = true;
                return -1;
            }
            var count = 0;
            while (count < length && position < filled && !ended) {
                var b = buffer[position++];
                if (b == '\n') {
                    ended = true;
                } else {
                    target[offset + count++] = b;
                }
            }
            return count == 0 && ended ? -1 : count;
        }

        void skipAll() throws IOException {
            var sink = new byte[4096];
            while (read(sink, 0, sink.length) >= 0) {
                // Nothing to keep.
            }
        }
    }
}
