package dev.forebay.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads YAML (and so JSON) into located nodes. */
public final class Yaml {
    private static final int BYTES_MAX = 4 << 20;
    private static final int DEPTH_MAX = 64;

    private Yaml() {}

    /** @throws ConfigException if the file is missing, unreadable, not YAML or not a mapping */
    public static Node.Mapping read(Path file) {
        return parse(file.toString(), text(file));
    }

    /** @throws ConfigException if the file is missing, unreadable or too large */
    public static String text(Path file) {
        var source = file.toString();
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new ConfigException(new Problem(source, 1, "", "this is no regular file; check --config"));
            }
            try (var in = Files.newInputStream(file)) {
                var bytes = in.readNBytes(BYTES_MAX + 1);
                if (bytes.length > BYTES_MAX) {
                    throw new ConfigException(new Problem(source, 1, "", "the file is larger than 4 MiB"));
                }
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            }
        } catch (CharacterCodingException e) {
            throw new ConfigException(new Problem(source, 1, "", "the file is not text in UTF-8"));
        } catch (NoSuchFileException e) {
            throw new ConfigException(new Problem(source, 1, "", "there is no such file; check --config"));
        } catch (IOException e) {
            throw new ConfigException(new Problem(source, 1, "", "the file cannot be read: " + e.getMessage()));
        }
    }

    /** @param source how problems call the text */
    public static Node.Mapping parse(String source, String text) {
        var documents = documents(source, text, 1);
        if (documents.isEmpty()) {
            return new Node.Mapping(new Node.Place(source, "", 1), Map.of());
        }
        if (!(documents.getFirst() instanceof Node.Mapping mapping)) {
            throw new ConfigException(new Problem(
                    source, 1, "", "this is not YAML with keys and values; expected lines such as \"models:\""));
        }
        return mapping;
    }

    /** Every document of a text, of whatever kind; {@code ---} stands between two. */
    public static List<Node> documents(String source, String text) {
        return documents(source, text, Integer.MAX_VALUE);
    }

    private static List<Node> documents(String source, String text, int most) {
        try (var parser = new YAMLFactory().createParser(text)) {
            var documents = new ArrayList<Node>();
            while (documents.size() < most && parser.nextToken() != null) {
                documents.add(node(parser, new Node.Place(source, "", line(parser)), 0));
            }
            return documents;
        } catch (JacksonException e) {
            var at = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new ConfigException(new Problem(
                    source,
                    at,
                    "",
                    "this is not YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (IOException e) {
            throw new ConfigException(new Problem(source, 1, "", "cannot be read: " + e.getMessage()));
        }
    }

    private static Node node(YAMLParser parser, Node.Place place, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new ConfigException(place.problem("nested deeper than " + DEPTH_MAX + " levels"));
        }
        if (parser.isCurrentAlias()) {
            throw new ConfigException(place.problem("aliases (*name) are not supported; write the value out"));
        }
        var token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return mapping(parser, place, depth);
        }
        if (token == JsonToken.START_ARRAY) {
            var items = new ArrayList<Node>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, place.index(items.size(), line(parser)), depth + 1));
            }
            return new Node.Sequence(place, items);
        }
        return new Node.Scalar(place, parser.getText(), token == JsonToken.VALUE_NULL);
    }

    private static Node.Mapping mapping(YAMLParser parser, Node.Place place, int depth) throws IOException {
        var members = new LinkedHashMap<String, Node>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            var at = place.key(key, line(parser));
            parser.nextToken();
            if (members.put(key, node(parser, at, depth + 1)) != null) {
                throw new ConfigException(at.problem("the key stands twice; keep one of them"));
            }
        }
        return new Node.Mapping(place, members);
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }
}
