package dev.forebay.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;

/** The names that labels take from the configuration. They may be replaced while events are counted. Thread-safe. */
final class Names {
    private final Words models;
    private final Words nodepools;
    private final ToolWords tools;

    Names(Configured configured) {
        models = Words.known(configured.models());
        nodepools = Words.known(configured.nodepools());
        tools = new ToolWords(configured.mcpServers());
    }

    void replace(Configured configured) {
        models.replace(configured.models());
        nodepools.replace(configured.nodepools());
        tools.replace(configured.mcpServers());
    }

    Words models() {
        return models;
    }

    Words nodepools() {
        return nodepools;
    }

    ToolWords tools() {
        return tools;
    }

    /** True for a row of something that the configuration no longer has. */
    boolean lack(Meter.Id row) {
        return row.getTags().stream().anyMatch(this::lack);
    }

    private boolean lack(Tag tag) {
        return switch (tag.getKey()) {
            case "gen_ai.request.model", "gen_ai.response.model", "gen_ai.agent.name", "model", "deployment" ->
                models.lacks(tag.getValue());
            case "nodepool" -> nodepools.lacks(tag.getValue());
            case "server", "mcp.server" -> tools.lacks(tag.getValue());
            default -> false;
        };
    }
}
