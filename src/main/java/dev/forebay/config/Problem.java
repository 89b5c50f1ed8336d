package dev.forebay.config;

/**
 * Something wrong in a file.
 *
 * @param source the file as the user named it, or what is wrong where no file is at hand
 * @param line from 1, or {@link #NO_LINE}
 * @param path keys and indices such as {@code models[2].nodepools[0]}, empty for the file as a whole
 * @param message what is wrong and what to do
 */
public record Problem(String source, int line, String path, String message) {
    public static final int NO_LINE = 0;

    @Override
    public String toString() {
        return source + (line == NO_LINE ? "" : ":" + line) + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
