package dev.forebay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every verb has: which gateway, with which key, and how its answer is printed. */
final class Connection {
    enum Output {
        TABLE,
        JSON
    }

    private final Map<String, String> environment;
    private final Path home;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Of the gateway; else FOREBAY_URL, else the one that runs over the data folder.")
    private @Nullable String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "One that may administer; else FOREBAY_API_KEY, else admin.key of the data folder.")
    private @Nullable String key;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Of the gateway that runs on this machine; the folder data beside config by default.")
    private @Nullable Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, the default, or json.")
    private Output output = Output.TABLE;

    Connection(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /** Gets a path below {@code /api/v1} and prints what comes. */
    int show(String path, Consumer<Printed> table) {
        try (var client = open()) {
            return print(client.get(path), table);
        }
    }

    /** Posts an action, and prints the new state. */
    int act(String path, String body, Consumer<Printed> table) {
        try (var client = open()) {
            return print(client.post(path, body), table);
        }
    }

    Client open() {
        return new Client(Address.find(
                Optional.ofNullable(url),
                Optional.ofNullable(key),
                data == null ? home.resolve("data") : data.toAbsolutePath(),
                environment));
    }

    boolean isJson() {
        return output == Output.JSON;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Ids may have slashes, and whatever else has a meaning in a path. */
    static String encoded(String id) {
        return Arrays.stream(id.split("/", -1))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private int print(JsonNode json, Consumer<Printed> table) {
        if (isJson()) {
            out().println(Client.pretty(json));
        } else {
            table.accept(new Printed(json, out()));
        }
        out().flush();
        return 0;
    }
}
