package dev.forebay.bundled;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Whole files of text, of bounded size. */
final class TextFile {
    static final int BYTES_MAX = 1 << 20;

    private TextFile() {}

    /**
     * @param name what the client calls it
     * @throws ToolError if it is too large or not UTF-8 text
     */
    static String read(Path path, String name) throws ToolError {
        try {
            if (Files.isDirectory(path)) {
                throw new ToolError("\"%s\" is a folder; list_files shows what is in it.".formatted(name));
            }
            if (!Files.isRegularFile(path)) {
                throw new ToolError("\"%s\" is not a regular file.".formatted(name));
            }
            var bytes = bytes(path);
            if (bytes.length > BYTES_MAX) {
                throw new ToolError("\"%s\" has %,d bytes; files of at most %,d are read."
                        .formatted(name, Files.size(path), BYTES_MAX));
            }
            return decode(bytes)
                    .orElseThrow(() -> new ToolError("\"%s\" is not text in UTF-8 (%,d bytes); only text can be read."
                            .formatted(name, bytes.length)));
        } catch (IOException e) {
            throw FileTree.failure("Cannot read", name, e);
        }
    }

    /** The text of a file; empty if it is too large, not text or not readable. */
    static Optional<String> tryRead(Path path) {
        try {
            var bytes = bytes(path);
            return bytes.length > BYTES_MAX ? Optional.empty() : decode(bytes);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** One byte more than fits tells that the file is too large, whatever its size said before. */
    private static byte[] bytes(Path path) throws IOException {
        try (var in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(BYTES_MAX + 1);
        }
    }

    private static Optional<String> decode(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
