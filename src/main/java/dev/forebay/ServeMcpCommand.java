package dev.forebay;

import dev.forebay.bundled.BundledServers;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code forebay serve-mcp}: serves bundled MCP servers over standard input and output. */
@Command(
        name = "serve-mcp",
        description = "Serve bundled MCP servers over standard input and output.",
        mixinStandardHelpOptions = true)
final class ServeMcpCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "SERVER", description = "time, calculator, files=FOLDER, notes=FILE.")
    private List<String> servers = List.of();

    @Override
    public Integer call() {
        // Standard output belongs to the protocol from here on; whatever else is printed goes the other way.
        var protocol = System.out;
        System.setOut(System.err);
        try {
            BundledServers.serve(servers, System.in, protocol, InstantSource.system(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }
}
