package dev.forebay.store;

import java.net.URI;
import java.nio.file.Path;

/** Holds a data directory in a process of its own until its input ends. */
public final class Holder {
    public static void main(String[] args) throws Exception {
        try (var directory = DataDirectory.open(Path.of(args[0]))) {
            directory.announce(URI.create("http://127.0.0.1:4711"));
            System.out.println("holding");
            System.in.read();
        }
    }
}
