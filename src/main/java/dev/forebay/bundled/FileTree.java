package dev.forebay.bundled;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder that the files server may touch, and nothing outside of it: names are relative, never step up, and symbolic
 * links are followed only as long as they stay inside.
 */
final class FileTree {
    static final int PATH_LENGTH_MAX = 512;
    static final int DEPTH_MAX = 32;
    /** Ends the names of files being written; such files are neither shown nor touched. */
    static final String PART = ".forebay-part";

    private final Path root;

    private FileTree(Path root) {
        this.root = root;
    }

    /** @throws IllegalArgumentException if it is not a folder and cannot be made one */
    static FileTree at(Path root) {
        try {
            Files.createDirectories(root);
            var real = root.toRealPath();
            if (!Files.isReadable(real)) {
                throw new IllegalArgumentException(
                        "files=%s: the folder cannot be read; check its permissions".formatted(root));
            }
            return new FileTree(real);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "files=%s: not a folder, and cannot be made one (%s)".formatted(root, reason(e)), e);
        }
    }

    /** The real path of what must be there. */
    Path existing(String name) throws ToolError {
        var path = resolve(name);
        try {
            return inside(name, path.toRealPath());
        } catch (IOException e) {
            throw failure("No file or folder", name, e);
        }
    }

    /** The real path for what may be there or not; its folder is real or missing. */
    Path writable(String name) throws ToolError {
        var path = resolve(name);
        if (path.equals(root)) {
            throw new ToolError("\"%s\" is the root folder; name a file in it.".formatted(name));
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return existing(name);
        }
        var folder = nearestFolder(path);
        try {
            return inside(name, folder.toRealPath()).resolve(folder.relativize(path));
        } catch (IOException e) {
            throw failure("Cannot write", name, e);
        }
    }

    /** The nearest folder that is there decides where the rest comes to lie. */
    private Path nearestFolder(Path path) {
        for (var folder = path.getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return folder;
            }
        }
        return root;
    }

    /** What clients call this path. */
    String name(Path path) {
        var name = root.relativize(path).toString().replace('\\', '/');
        return name.isEmpty() ? "." : name;
    }

    /** Says what failed without the path of the root, which is no business of the client's. */
    static ToolError failure(String what, String name, IOException e) {
        return new ToolError("%s \"%s\": %s.".formatted(what, name, reason(e)), e);
    }

    private Path resolve(String name) throws ToolError {
        var plain = name.strip();
        if (plain.startsWith("/") || plain.startsWith("~") || plain.matches("[A-Za-z]:.*")) {
            throw new ToolError(
                    "\"%s\" is an absolute path; give one relative to the root folder, as in notes/today.md."
                            .formatted(plain));
        }
        if (plain.length() > PATH_LENGTH_MAX || plain.split("/", -1).length > DEPTH_MAX) {
            throw new ToolError("The path is too long: at most %d characters and %d levels are taken."
                    .formatted(PATH_LENGTH_MAX, DEPTH_MAX));
        }
        if (plain.contains("\\") || plain.chars().anyMatch(Character::isISOControl)) {
            throw new ToolError("\"%s\" has characters that paths here do not have; separate folders by /."
                    .formatted(plain.replaceAll("\\p{Cntrl}", "?")));
        }
        if (List.of(plain.split("/", -1)).contains("..")) {
            throw new ToolError(
                    "\"%s\" steps up with \"..\"; only files below the root folder can be reached.".formatted(plain));
        }
        if (plain.endsWith(PART)) {
            throw new ToolError(
                    "Names that end with %s are kept for files being written; choose another.".formatted(PART));
        }
        return root.resolve(plain).normalize();
    }

    private Path inside(String name, Path real) throws ToolError {
        if (!real.startsWith(root)) {
            throw new ToolError(
                    "\"%s\" leads out of the root folder by a symbolic link and is not followed.".formatted(name));
        }
        return real;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "it does not exist; list_files shows what does";
            case NotDirectoryException _ -> "it is not a folder";
            case AccessDeniedException _ -> "access is denied";
            case FileSystemLoopException _ -> "its symbolic links go in a circle";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case FileSystemException f -> f.getClass().getSimpleName();
            default -> String.valueOf(e.getMessage());
        };
    }
}
