package dev.forebay.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Resolves references to the environment and to files in a value; two dollar signs before a brace stand for one. */
final class Text {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{(env|file):([^}]*)}");

    private final Function<String, @Nullable String> environment;
    private final Path folder;

    Text(Function<String, @Nullable String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    /** @throws IllegalArgumentException if a reference leads nowhere */
    String resolve(String text) {
        if (!text.contains("${")) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(
                        m.group(1) == null
                                ? "${"
                                : m.group(1).equals("env") ? variable(m.group(2)) : file(m.group(2))));
    }

    Path path(String text) {
        var home = environment.apply("HOME");
        return text.startsWith("~/") && home != null
                ? Path.of(home, text.substring(2))
                : folder.resolve(text).normalize();
    }

    /** {@code NAME}, or {@code NAME:-VALUE} with a value for the case that it is not set. */
    private String variable(String reference) {
        var fallback = reference.indexOf(":-");
        var name = fallback < 0 ? reference : reference.substring(0, fallback);
        var value = environment.apply(name);
        if (value == null && fallback >= 0) {
            return reference.substring(fallback + 2);
        }
        if (value == null) {
            throw new IllegalArgumentException(
                    "the environment has no variable " + name + "; set it or write the value");
        }
        return value;
    }

    private String file(String name) {
        try {
            return Files.readString(path(name)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the file " + path(name) + " (" + e + ")", e);
        }
    }
}
