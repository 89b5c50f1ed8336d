package dev.forebay.agent;

import dev.forebay.agent.Tools.Tool;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names under which one run offers tools: one name for each tool and one tool for each name, looked up and never
 * taken apart. The same tools get the same names in the same order whatever order they came in, so that engines can
 * keep their prompt caches.
 */
final class ToolNames {
    private static final int CHARS_MAX = 64;
    private static final int CHARS_BEFORE_HASH = 55;

    private final Map<String, Tool> ours;
    private final Set<String> clients;

    private ToolNames(Map<String, Tool> ours, Set<String> clients) {
        this.ours = ours;
        this.clients = clients;
    }

    /** The client's names are taken first: its tools are called what it calls them. */
    static ToolNames of(Collection<Tool> tools, Set<String> clientNames) {
        var sorted = sortedOnce(tools);
        var bare = sorted.stream().map(tool -> fit(tool.name(), tool.name())).toList();
        var bearers = bare.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        var taken = new HashSet<>(clientNames);
        var isBare = bare.stream()
                .map(name -> bearers.getOrDefault(name, 0L) == 1 && taken.add(name))
                .toList();
        var ours = new LinkedHashMap<String, Tool>();
        for (var i = 0; i < sorted.size(); i++) {
            var tool = sorted.get(i);
            ours.put(isBare.get(i) ? bare.get(i) : qualified(tool, taken), tool);
        }
        return new ToolNames(ours, Set.copyOf(clientNames));
    }

    private static List<Tool> sortedOnce(Collection<Tool> tools) {
        record Identity(String server, String name) {}
        var seen = new HashSet<Identity>();
        var sorted = new ArrayList<>(tools);
        sorted.sort(Comparator.comparing(Tool::server).thenComparing(Tool::name));
        sorted.removeIf(tool -> !seen.add(new Identity(tool.server(), tool.name())));
        return sorted;
    }

    private static String qualified(Tool tool, Set<String> taken) {
        var full = tool.server() + "__" + tool.name();
        var name = fit(full, full);
        for (var i = 0; !taken.add(name); i++) {
            // Two labels can become one when their characters are replaced; the hash tells them apart.
            name = hashed(fit(full, full), tool.server() + "\0" + tool.name() + "\0" + i);
        }
        return name;
    }

    /** In the form that OpenAI and the engines demand: {@code ^[a-zA-Z0-9_-]{1,64}$}. */
    private static String fit(String name, String original) {
        var clean = name.replaceAll("[^a-zA-Z0-9_-]", "_");
        if (clean.isEmpty()) {
            return "_";
        }
        return clean.length() <= CHARS_MAX ? clean : hashed(clean, original);
    }

    private static String hashed(String name, String original) {
        var head = name.substring(0, Math.min(CHARS_BEFORE_HASH, name.length()));
        return head + "_" + sha256(original).substring(0, 8);
    }

    static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Optional<Tool> ours(String name) {
        return Optional.ofNullable(ours.get(name));
    }

    boolean isClients(String name) {
        return clients.contains(name);
    }

    /** Our tools by name, in order. */
    Map<String, Tool> ours() {
        return ours;
    }

    /** Every name that can be called. */
    Set<String> all() {
        var all = new HashSet<>(clients);
        all.addAll(ours.keySet());
        return all;
    }
}
