package dev.forebay.telemetry;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The names in the configuration: the values that labels may take. */
public record Configured(Set<String> models, Set<String> nodepools, Set<String> mcpServers) {
    public Configured {
        models = Set.copyOf(models);
        nodepools = Set.copyOf(nodepools);
        mcpServers = Set.copyOf(mcpServers);
    }

    public static Configured of(
            Collection<String> models, Collection<String> nodepools, Collection<String> mcpServers) {
        return new Configured(Set.copyOf(models), Set.copyOf(nodepools), Set.copyOf(mcpServers));
    }

    /** The names of both. */
    public Configured and(Configured other) {
        return new Configured(
                union(models, other.models), union(nodepools, other.nodepools), union(mcpServers, other.mcpServers));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        var all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }
}
