package dev.forebay.bundled;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The way into the MCP servers that ship with Forebay. */
public final class BundledServers {
    private static final String USAGE =
            "name servers as time, calculator, files=DIRECTORY, notes=FILE, each once, in any order";

    private BundledServers() {}

    /** The servers there are, in the order in which documents name them. */
    public static List<String> names() {
        return List.of("time", "calculator", "files", "notes");
    }

    /**
     * Serves the tools of all the servers named to one client, until its input ends. Each tool tells the server that it
     * belongs to in {@code _meta["dev.forebay/server"]}.
     *
     * @param specs {@code time}, {@code calculator}, {@code files=DIRECTORY} (made if it is missing), {@code
     *     notes=FILE} (made by the first note)
     * @param in JSON-RPC messages, one a line
     * @param out nothing else may write there: where this is the process's standard output, point {@code System.out}
     *     elsewhere first, since logging may print to it
     * @param localZone the zone of times that come without one
     * @throws IllegalArgumentException if a spec is wrong or its path cannot be used; nothing has been read or written
     */
    public static void serve(
            List<String> specs, InputStream in, OutputStream out, InstantSource clock, ZoneId localZone) {
        var session = new Session(new Methods(servers(specs, clock, localZone)), in, out);
        try {
            session.run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the client's messages", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Server> servers(List<String> specs, InstantSource clock, ZoneId localZone) {
        if (specs.isEmpty()) {
            throw new IllegalArgumentException("no server named: " + USAGE);
        }
        var servers = new ArrayList<Server>();
        var seen = new HashSet<String>();
        for (var spec : specs) {
            var server = server(spec, clock, localZone);
            if (!seen.add(server.name())) {
                throw new IllegalArgumentException("\"%s\" is named twice: %s".formatted(server.name(), USAGE));
            }
            servers.add(server);
        }
        return servers;
    }

    private static Server server(String spec, InstantSource clock, ZoneId localZone) {
        var split = spec.indexOf('=');
        var name = split < 0 ? spec : spec.substring(0, split);
        var value = split < 0 ? "" : spec.substring(split + 1);
        return switch (name) {
            case "time" -> plain(spec, TimeTools.server(clock, localZone));
            case "calculator" -> plain(spec, CalculatorTools.server());
            case "files" -> new FileTools(FileTree.at(path(spec, name, value))).server();
            case "notes" -> new NoteTools(NoteBook.at(path(spec, name, value), clock)).server();
            default -> throw new IllegalArgumentException("no bundled server \"%s\": %s".formatted(name, USAGE));
        };
    }

    private static <T> T plain(String spec, T value) {
        var split = spec.indexOf('=');
        if (split >= 0) {
            throw new IllegalArgumentException(
                    "\"%s\" takes no value; write %s".formatted(spec, spec.substring(0, split)));
        }
        return value;
    }

    private static Path path(String spec, String name, String value) {
        if (value.isBlank()) {
            var kind = name.equals("files") ? "DIRECTORY" : "FILE";
            throw new IllegalArgumentException("\"%s\" needs a path: %s=%s".formatted(spec, name, kind));
        }
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"%s\": not a path: %s".formatted(spec, e.getMessage()), e);
        }
    }
}
