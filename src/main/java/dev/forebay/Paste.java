package dev.forebay;

import dev.forebay.compute.Nodepool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodepools and models for engines that were found, in the form of the configuration; names that it has are not used again. */
final class Paste {
    /** References to the environment would be resolved, and what needs escapes is no name of a model. */
    private static final Pattern NAME = Pattern.compile("[!-~&&[^\"\\\\$']]{1,300}");

    /** What YAML reads as a text, without quotes and in lists too. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][\\w./@+-]*(:[\\w./@+-]+)*");

    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final List<String> nodepools = new ArrayList<>();
    private final LinkedHashMap<String, List<String>> models = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final Set<String> usedNodepools;
    private final Set<String> usedModels;
    private final List<Nodepool> configured;

    Paste(Configuration configuration, List<FoundEngine> engines) {
        this(configuration.nodepools(), new HashSet<>(configuration.names().all()), engines);
    }

    /** For a configuration that cannot be read. */
    Paste(List<FoundEngine> engines) {
        this(List.of(), Set.of(), engines);
    }

    private Paste(List<Nodepool> configured, Set<String> usedModels, List<FoundEngine> engines) {
        this.configured = configured;
        this.usedNodepools = configured.stream().map(Nodepool::id).collect(Collectors.toSet());
        this.usedModels = usedModels;
        engines.stream()
                .filter(engine ->
                        !engine.models().isEmpty() && nodepoolOf(engine).isEmpty())
                .forEach(this::add);
    }

    /** The configured nodepool that leads to this engine; empty if there is none. */
    Stream<String> nodepool(FoundEngine engine) {
        return nodepoolOf(engine).stream();
    }

    boolean isEmpty() {
        return nodepools.isEmpty();
    }

    /** A whole configuration by itself; empty if there is nothing to paste. */
    String yaml() {
        if (isEmpty()) {
            return "";
        }
        var lines = new ArrayList<>(List.of("nodepools:"));
        lines.addAll(nodepools);
        if (!models.isEmpty()) {
            lines.add("models:");
            models.forEach((model, on) -> {
                lines.add("  - id: " + scalar(model));
                lines.add("    nodepools: [" + String.join(", ", on) + "]");
            });
        }
        lines.addAll(remarks);
        return String.join("\n", lines) + "\n";
    }

    private List<String> nodepoolOf(FoundEngine engine) {
        return configured.stream()
                .filter(nodepool -> nodepool.baseUrl().stream()
                        .anyMatch(url -> LOOPBACK.contains(url.getHost()) && url.getPort() == engine.port()))
                .map(Nodepool::id)
                .toList();
    }

    private void add(FoundEngine engine) {
        var id = free(engine.id());
        nodepools.add("  - id: " + id);
        nodepools.add("    base_url: " + engine.baseUrl());
        var names = engine.models().stream()
                .filter(name -> NAME.matcher(name).matches())
                .toList();
        if (names.size() == 1) {
            var served = names.getFirst();
            var model = withoutPath(served);
            if (!model.equals(served)) {
                nodepools.add("    model: " + scalar(served));
            }
            serve(model, id);
        } else {
            names.forEach(name -> serve(name, id));
        }
        engine.slots().ifPresent(slots -> nodepools.add("    slots: " + slots));
        engine.probePath().ifPresent(path -> nodepools.add("    probe_path: " + path));
        if (names.size() < engine.models().size()) {
            remarks.add("# " + (engine.models().size() - names.size()) + " models of " + id
                    + " have names that cannot stand here");
        }
    }

    private void serve(String model, String nodepool) {
        if (usedModels.contains(model)) {
            remarks.add("# " + model + " is a model already; add " + nodepool + " to its nodepools");
        } else {
            models.computeIfAbsent(model, _ -> new ArrayList<>()).add(nodepool);
        }
    }

    private String free(String wish) {
        var id = wish;
        for (var number = 2; !usedNodepools.add(id); number++) {
            id = wish + "-" + number;
        }
        return id;
    }

    /** The name of a file of weights says more than where it lies. */
    private static String withoutPath(String name) {
        if (!name.endsWith(".gguf")) {
            return name;
        }
        var file = name.substring(name.lastIndexOf('/') + 1, name.length() - ".gguf".length());
        return file.isEmpty() ? name : file;
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))
                ? text
                : "'" + text + "'";
    }
}
