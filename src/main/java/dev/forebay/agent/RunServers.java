package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.Source;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a run by label: the model's own first, then those that the request adds by {@code mcp_servers} and by
 * tools of type {@code mcp}. A request cannot take a server away from the model nor get more of its tools than the
 * model has, but it may narrow them.
 */
final class RunServers {
    private final int requestServersMax;
    private final Map<String, Source> byLabel = new LinkedHashMap<>();
    private final Set<String> readOnlyLabels = new HashSet<>();
    private final Set<String> required = new HashSet<>();
    private final Set<String> withoutTools = new HashSet<>();
    private int fromRequest;

    RunServers(int requestServersMax) {
        this.requestServersMax = requestServersMax;
    }

    List<Source> sources() {
        return byLabel.values().stream()
                .filter(source -> !withoutTools.contains(source.label()))
                .toList();
    }

    /** True if the model cannot do without it. */
    boolean isRequired(String server) {
        return find(server).map(source -> required.contains(source.server())).orElse(false);
    }

    /** True if only tools that change nothing were asked for. */
    boolean isReadOnly(String label) {
        return readOnlyLabels.contains(label);
    }

    /** The word for metrics: the configured name, or {@code url} for all others, so that their number is bounded. */
    String metricName(String server) {
        return find(server)
                .map(source -> isUrl(source.server()) ? "url" : source.server())
                .orElse("");
    }

    /** By label, or by the configured name where the request gave it another label. */
    private Optional<Source> find(String server) {
        return Optional.ofNullable(byLabel.get(server))
                .or(() -> byLabel.values().stream()
                        .filter(source -> source.server().equals(server))
                        .findFirst());
    }

    void addConfigured(AgentSettings.Server server) {
        var name = server.name();
        byLabel.put(name, new Source(name, name, Set.copyOf(server.allowedTools()), Map.of(), null));
        if (server.required()) {
            required.add(name);
        }
    }

    /** Names and URLs; a single one may stand without the list. */
    void addNames(JsonNode servers) {
        if (servers.isMissingNode() || servers.isNull()) {
            return;
        }
        if (servers.isTextual()) {
            addName(servers, "mcp_servers");
        } else if (servers.isArray()) {
            for (var i = 0; i < servers.size(); i++) {
                addName(servers.path(i), "mcp_servers[" + i + "]");
            }
        } else {
            throw AgentRequest.wrong(
                    "mcp_servers: need a list of names or URLs of MCP servers, got " + Excerpt.of(servers),
                    "mcp_servers");
        }
    }

    private void addName(JsonNode name, String param) {
        if (!name.isTextual() || name.asText().isBlank()) {
            throw AgentRequest.wrong(
                    param + ": need the name or the URL of an MCP server, got " + Excerpt.of(name), param);
        }
        var server = name.asText().strip();
        if (byLabel.values().stream().noneMatch(source -> source.server().equals(server))) {
            add(new Source(server, isUrl(server) ? labelOf(server) : server, Set.of(), Map.of(), param));
        }
    }

    /** OpenAI's tool of type {@code mcp}. */
    void addTool(JsonNode tool, String param) {
        var mcp = McpTool.read(tool, param);
        if (mcp.readOnly()) {
            readOnlyLabels.add(mcp.label());
        }
        if (mcp.allowed().map(Set::isEmpty).orElse(false)) {
            withoutTools.add(mcp.label());
        }
        var source =
                new Source(mcp.server(), mcp.label(), mcp.allowed().orElse(Set.of()), mcp.headers(), mcp.serverParam());
        if (isUrl(source.server())) {
            add(source);
            return;
        }
        var same = byLabel.values().stream()
                .filter(s -> s.server().equals(source.server()))
                .findFirst();
        same.ifPresentOrElse(model -> narrow(model, source, param), () -> add(source));
    }

    private void narrow(Source known, Source wanted, String param) {
        var allowed = new HashSet<>(wanted.allowed().isEmpty() ? known.allowed() : wanted.allowed());
        if (!known.allowed().isEmpty()) {
            allowed.retainAll(known.allowed());
            if (allowed.isEmpty()) {
                throw AgentRequest.wrong(
                        param + ".allowed_tools: this model may use only "
                                + String.join(
                                        ", ", known.allowed().stream().sorted().toList()) + " of this server",
                        param + ".allowed_tools");
            }
        }
        byLabel.remove(known.label());
        needFree(wanted.label(), param + ".server_label");
        byLabel.put(wanted.label(), new Source(wanted.server(), wanted.label(), allowed, Map.of(), wanted.param()));
    }

    private void add(Source source) {
        needFree(source.label(), source.param());
        if (++fromRequest > requestServersMax) {
            throw AgentRequest.wrong(
                    "a request may name " + requestServersMax + " MCP servers (request_servers_max)",
                    String.valueOf(source.param()));
        }
        byLabel.put(source.label(), source);
    }

    private void needFree(String label, @Nullable String param) {
        if (byLabel.containsKey(label)) {
            throw AgentRequest.wrong(
                    param + ": two MCP servers have the label " + Excerpt.of(label) + "; give each its own",
                    String.valueOf(param));
        }
    }

    private String labelOf(String url) {
        var host = hostOf(url);
        var label = host;
        for (var i = 2; byLabel.containsKey(label); i++) {
            label = host + "_" + i;
        }
        return label;
    }

    private static String hostOf(String url) {
        try {
            return Optional.ofNullable(URI.create(url).getHost()).orElse("url");
        } catch (IllegalArgumentException _) {
            return "url";
        }
    }

    static boolean isUrl(String server) {
        var lower = server.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }
}
