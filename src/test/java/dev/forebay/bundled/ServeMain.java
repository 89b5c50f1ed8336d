package dev.forebay.bundled;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

/** The bundled servers as a process of their own, as the verb {@code serve-mcp} starts them. */
final class ServeMain {
    private ServeMain() {}

    public static void main(String[] args) {
        var out = System.out;
        System.setOut(System.err);
        BundledServers.serve(List.of(args), System.in, out, InstantSource.system(), ZoneId.of("Europe/Berlin"));
    }
}
