package dev.forebay.telemetry;

import java.util.Collection;
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
}
