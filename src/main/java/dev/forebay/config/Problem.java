package dev.forebay.config;

/**
 * Something wrong in a file.
 *
 * @param source the file as the user named it
 * @param line from 1
 * @param path keys and indices such as {@code models[2].nodepools[0]}, empty for the file as a whole
 * @param message what is wrong and what to do
 */
public record Problem(String source, int line, String path, String message) {
    @Override
    public String toString() {
        return source + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
