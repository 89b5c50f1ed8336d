package dev.forebay.mcp;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a bundled server works on.
 *
 * @param root the folder that the files server can see; the folder files in the data directory if absent
 * @param file where the notes server keeps its notes; notes.json in the data directory if absent
 */
public record BundledSettings(Optional<Path> root, Optional<Path> file) {
    public static final BundledSettings NONE = new BundledSettings(Optional.empty(), Optional.empty());
}
