package dev.forebay.bundled;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** Walks the folders of a tree in the order of their names; never through a symbolic link, and stops when told to. */
final class Walk extends SimpleFileVisitor<Path> {
    static final int VISITS_MAX = 50_000;

    /** Takes what is found; false ends the walk. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(Path path, BasicFileAttributes attributes);
    }

    private final Path start;
    private final Visitor visitor;
    private int visits;
    private boolean isCut;

    private Walk(Path start, Visitor visitor) {
        this.start = start;
        this.visitor = visitor;
    }

    /**
     * @param depth levels below the start, 1 for what is directly in it
     * @return whether everything was visited
     */
    static boolean below(Path start, int depth, Visitor visitor) throws IOException, InterruptedException {
        var walk = new Walk(start, visitor);
        Files.walkFileTree(start, Set.of(), depth, walk);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return !walk.isCut;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return folder.equals(start) ? FileVisitResult.CONTINUE : visit(folder, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        return file.toString().endsWith(FileTree.PART) ? FileVisitResult.CONTINUE : visit(file, attributes);
    }

    /** What cannot be read is passed over. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        return FileVisitResult.CONTINUE;
    }

    private FileVisitResult visit(Path path, BasicFileAttributes attributes) {
        if (++visits > VISITS_MAX || Thread.currentThread().isInterrupted() || !visitor.visit(path, attributes)) {
            isCut = true;
            return FileVisitResult.TERMINATE;
        }
        return FileVisitResult.CONTINUE;
    }
}
