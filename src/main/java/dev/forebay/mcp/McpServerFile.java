package dev.forebay.mcp;

import dev.forebay.config.Default;
import dev.forebay.config.Nearest;
import dev.forebay.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code mcp-servers/<id>/config.yaml} says. Exactly one of {@code command}, {@code url} and {@code bundled} tells
 * where the server is.
 *
 * @param description for people; models do not see it
 * @param command program to start, with arguments or without; never passed through a shell
 * @param args further arguments of the command
 * @param env added to the command's environment, which otherwise holds PATH, HOME, locale and time zone only
 * @param directory where the command runs; the server's own folder if absent
 * @param url address of a server that speaks Streamable HTTP
 * @param headers sent to the URL with every request
 * @param bundled one of the servers that ship with Forebay: time, calculator, files, notes
 * @param settings of the bundled server
 * @param connectTimeoutSeconds from starting or connecting until the server has introduced itself
 * @param toolTimeoutSeconds that a call may take without a report of progress; the model's own setting if absent
 * @param toolTimeoutsSeconds the same for single tools, by name
 * @param allowedTools names of the tools to offer; empty offers all
 * @param trusted true if the server's hints about its tools (such as read-only) are believed
 * @param serial true if calls must run one after the other
 * @param required true if a request that asks for the server fails while it cannot be reached
 * @param enabled false keeps the server configured but not started
 */
public record McpServerFile(
        @Default("") String description,
        List<String> command,
        List<String> args,
        Map<String, Secret> env,
        Optional<Path> directory,
        Optional<URI> url,
        Map<String, Secret> headers,
        Optional<String> bundled,
        BundledSettings settings,
        @Default("10") int connectTimeoutSeconds,
        Optional<Seconds> toolTimeoutSeconds,
        Map<String, Seconds> toolTimeoutsSeconds,
        List<String> allowedTools,
        @Default("false") boolean trusted,
        @Default("false") boolean serial,
        @Default("false") boolean required,
        @Default("true") boolean enabled) {
    static final List<String> BUNDLED = List.of("time", "calculator", "files", "notes");

    public McpServerFile {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        headers = Map.copyOf(headers);
        toolTimeoutsSeconds = Map.copyOf(toolTimeoutsSeconds);
        allowedTools = List.copyOf(allowedTools);
        checkPlace(command, url, bundled);
        if (command.isEmpty() && !(args.isEmpty() && env.isEmpty() && directory.isEmpty())) {
            throw new IllegalArgumentException("args, env and directory belong to a command, and there is none");
        }
        if (url.isEmpty() && !headers.isEmpty()) {
            throw new IllegalArgumentException("headers belong to a url, and there is none");
        }
        url.ifPresent(McpServerFile::checkUrl);
        bundled.ifPresent(McpServerFile::checkBundled);
        only("root", "files", settings.root(), bundled);
        only("file", "notes", settings.file(), bundled);
        if (connectTimeoutSeconds < 1) {
            throw new IllegalArgumentException("connect_timeout_seconds: need 1 or more, got " + connectTimeoutSeconds);
        }
    }

    /** A server at a URL that a request brought along, with the defaults of a file that has nothing but these. */
    static McpServerFile at(URI url, Map<String, Secret> headers) {
        return new McpServerFile(
                "",
                List.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.of(url),
                headers,
                Optional.empty(),
                BundledSettings.NONE,
                10,
                Optional.empty(),
                Map.of(),
                List.of(),
                false,
                false,
                false,
                true);
    }

    /** The limit of a call to this tool, if one is configured. */
    Optional<Seconds> toolTimeout(String tool) {
        return Optional.ofNullable(toolTimeoutsSeconds.get(tool)).or(() -> toolTimeoutSeconds);
    }

    private static void checkPlace(List<String> command, Optional<URI> url, Optional<String> bundled) {
        var given = (command.isEmpty() ? 0 : 1) + (url.isPresent() ? 1 : 0) + (bundled.isPresent() ? 1 : 0);
        if (given != 1) {
            throw new IllegalArgumentException("need exactly one of command (a program to start), url (a server that"
                    + " runs) and bundled (a server that ships with Forebay), got " + (given == 0 ? "none" : given));
        }
    }

    private static void checkUrl(URI url) {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "url: need an http or https URL such as http://127.0.0.1:3001/mcp, got " + url);
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("url: need a URL without a password; put it into headers");
        }
    }

    private static void checkBundled(String name) {
        if (!BUNDLED.contains(name)) {
            throw new IllegalArgumentException(
                    "bundled: there is no server \"" + name + "\"" + Nearest.hint(name, BUNDLED));
        }
    }

    private static void only(String key, String owner, Optional<Path> value, Optional<String> bundled) {
        if (value.isPresent() && !bundled.equals(Optional.of(owner))) {
            throw new IllegalArgumentException("settings." + key + " belongs to bundled: " + owner);
        }
    }
}
