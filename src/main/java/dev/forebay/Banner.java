package dev.forebay;

import dev.forebay.config.Secret;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the user sees once the gateway is ready: where it is, what there is, and one command to paste. */
final class Banner {
    private final Gateway gateway;
    private final Configuration configuration;

    Banner(Gateway gateway, Configuration configuration) {
        this.gateway = gateway;
        this.configuration = configuration;
    }

    void print(PrintWriter out) {
        var keys = gateway.firstKeys();
        out.println();
        out.println("Forebay is ready: " + gateway.baseUrl());
        out.println("  models     "
                + configuration.models().stream()
                        .map(m -> m.agentic() ? m.id() + " (agentic)" : m.id())
                        .collect(Collectors.joining(", ")));
        var servers = gateway.mcpServers();
        if (!servers.isEmpty()) {
            out.println("  MCP        " + String.join(", ", servers));
        }
        out.println("  keys       " + shown(keys.localFile()) + " to call models, " + shown(keys.adminFile())
                + " for everything");
        keys.createdAdmin()
                .map(Secret::reveal)
                .ifPresent(admin -> out.println("  admin key  " + admin + "  (shown this once)"));
        keys.notes().forEach(note -> out.println("  note       " + note));
        example(out);
        out.flush();
    }

    private void example(PrintWriter out) {
        var models = configuration.models();
        var shownModel = models.stream()
                .filter(Configuration.ModelSettings::agentic)
                .findFirst()
                .or(() -> models.stream().findFirst());
        if (shownModel.isEmpty()) {
            out.println("  There is no model yet: add a nodepool and a model to the configuration.");
            return;
        }
        var question =
                shownModel.get().agentic() ? "What time is it in Tokyo, and what is 17.5 % of 2349?" : "Say hello.";
        out.println();
        out.println("curl -N " + gateway.baseUrl() + "/chat/completions \\");
        out.println("  -H \"authorization: Bearer $(cat "
                + quoted(shown(gateway.firstKeys().localFile())) + ")\" \\");
        out.println("  -H 'content-type: application/json' \\");
        out.println("  -d '{\"model\": \"" + shownModel.get().id()
                + "\", \"stream\": true, \"messages\": [{\"role\": \"user\"," + " \"content\": \"" + question
                + "\"}]}'");
    }

    /** As short as it can be said from where the user stands. */
    private static String shown(Path file) {
        var here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }

    private static String quoted(String path) {
        return path.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-".indexOf(c) >= 0)
                ? path
                : "'" + path.replace("'", "'\\''") + "'";
    }
}
