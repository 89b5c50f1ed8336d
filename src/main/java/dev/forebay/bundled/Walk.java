package dev.forebay.bundled;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Walks the folders of a tree in the order of their names; never through a symbolic link, and stops when told to. */
final class Walk {
    static final int VISITS_MAX = 50_000;

    /** Takes what is found; false ends the walk. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(Path path, BasicFileAttributes attributes);
    }

    private final Visitor visitor;
    private int visits;

    private Walk(Visitor visitor) {
        this.visitor = visitor;
    }

    /**
     * @param depth levels below the start, 1 for what is directly in it
     * @return whether everything was visited
     * @throws IOException if the start cannot be read; folders below it that cannot are passed over
     */
    static boolean below(Path start, int depth, Visitor visitor) throws IOException, InterruptedException {
        return new Walk(visitor).walk(children(start), depth);
    }

    private boolean walk(List<Path> paths, int depth) throws InterruptedException {
        for (var path : paths) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (++visits > VISITS_MAX || !visit(path, depth)) {
                return false;
            }
        }
        return paths.size() <= VISITS_MAX;
    }

    private boolean visit(Path path, int depth) throws InterruptedException {
        List<Path> children;
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!visitor.visit(path, attributes)) {
                return false;
            }
            if (depth == 1 || !attributes.isDirectory()) {
                return true;
            }
            children = children(path);
        } catch (IOException _) {
            return true;
        }
        return walk(children, depth - 1);
    }

    private static List<Path> children(Path folder) throws IOException {
        var children = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder, p -> !p.toString().endsWith(FileTree.PART))) {
            for (var child : stream) {
                children.add(child);
                if (children.size() > VISITS_MAX) {
                    break;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }
}
