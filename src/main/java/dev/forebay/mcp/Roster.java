package dev.forebay.mcp;

import dev.forebay.access.Caller;
import dev.forebay.agent.Tools;
import dev.forebay.chat.ModelFailure;
import dev.forebay.config.Nearest;
import dev.forebay.mcp.OpenedTools.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The servers of one configuration, and those that requests bring along under it, as one source of tools. */
final class Roster implements Tools {
    private final McpSettings settings;
    private final Connectors connectors;
    private final ConfiguredServers configured;
    private final UrlServers urls;

    Roster(McpSettings settings, Connectors connectors, ConfiguredServers configured, UrlServers urls) {
        this.settings = settings;
        this.connectors = connectors;
        this.configured = configured;
        this.urls = urls;
    }

    McpSettings settings() {
        return settings;
    }

    Connectors connectors() {
        return connectors;
    }

    ConfiguredServers configured() {
        return configured;
    }

    UrlServers urls() {
        return urls;
    }

    /** An end takes three steps. */
    Duration closePatience() {
        return Duration.ofSeconds(3L * settings.stopSeconds() + 2);
    }

    @Override
    public Toolbox open(List<Source> sources, Caller caller) throws InterruptedException {
        var wanted = merge(sources);
        var targets = new LinkedHashMap<String, Target>();
        for (var source : wanted.values()) {
            targets.put(source.label(), target(source));
        }
        var tools = new ArrayList<Tool>();
        var unavailable = new ArrayList<Unavailable>();
        for (var offer : offers(wanted, targets)) {
            tools.addAll(offer.tools());
            unavailable.addAll(offer.unavailable());
        }
        tools.sort(Comparator.comparing(Tool::server).thenComparing(Tool::name));
        return new OpenedTools(tools, unavailable, targets);
    }

    /** A server that is named twice, by the model and by the request, is taken once, with the tools of both. */
    private static Map<String, Source> merge(List<Source> sources) {
        var byLabel = new LinkedHashMap<String, Source>();
        for (var source : sources) {
            var other = byLabel.get(source.label());
            if (other == null) {
                byLabel.put(source.label(), source);
            } else if (other.server().equals(source.server()) && other.headers().equals(source.headers())) {
                var allowed = new HashSet<String>();
                if (!other.allowed().isEmpty() && !source.allowed().isEmpty()) {
                    allowed.addAll(other.allowed());
                    allowed.addAll(source.allowed());
                }
                byLabel.put(
                        source.label(),
                        new Source(source.server(), source.label(), allowed, source.headers(), source.param()));
            } else {
                throw new ModelFailure.BadRequest(
                        "two MCP servers are called \"" + Failures.cut(source.label()) + "\"; give them other labels",
                        source.param(),
                        "duplicate_mcp_server");
            }
        }
        return byLabel;
    }

    private Target target(Source source) {
        if (UrlServers.isUrl(source.server())) {
            var url = urls.check(source);
            return () -> urls.server(url, source.headers());
        }
        return configured.target(source.server()).orElseThrow(() -> unknown(source));
    }

    private ModelFailure.BadRequest unknown(Source source) {
        // Comparing takes time with the length, which is the client's to choose.
        var name = Failures.cut(source.server());
        return new ModelFailure.BadRequest(
                "there is no MCP server \"" + name + "\"" + Nearest.hint(name, configured.names()),
                source.param(),
                "unknown_mcp_server");
    }

    private record Offer(List<Tool> tools, List<Unavailable> unavailable) {}

    /** Servers that have their list at hand answer here; only what must be waited for gets threads of its own. */
    private static List<Offer> offers(Map<String, Source> wanted, Map<String, Target> targets)
            throws InterruptedException {
        var offers = new ArrayList<Offer>();
        var slow = new ArrayList<Callable<Offer>>();
        for (var source : wanted.values()) {
            var target = targets.get(source.label());
            if (target == null) {
                throw new IllegalStateException("no target for " + source.label());
            }
            if (isReady(target)) {
                offers.add(offer(source, target));
            } else {
                slow.add(() -> offer(source, target));
            }
        }
        if (!slow.isEmpty()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var offer : threads.invokeAll(slow)) {
                    offers.add(result(offer));
                }
            }
        }
        return offers;
    }

    private static boolean isReady(Target target) {
        try {
            return target.server().isReady();
        } catch (ToolFailure _) {
            return false;
        }
    }

    private static Offer result(Future<Offer> offer) throws InterruptedException {
        try {
            return offer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ModelFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("listing tools failed", e);
        }
    }

    private static Offer offer(Source source, Target target) throws InterruptedException {
        try {
            var server = target.server();
            try {
                return new Offer(tools(source, server), List.of());
            } catch (ToolFailure e) {
                if (server.file().required()) {
                    throw new ModelFailure.Broken(
                            "the MCP server \"" + source.label() + "\" is required: " + e.getMessage(), e);
                }
                throw e;
            }
        } catch (ToolFailure e) {
            return new Offer(List.of(), List.of(new Unavailable(source.label(), String.valueOf(e.getMessage()))));
        }
    }

    private static List<Tool> tools(Source source, Server server) throws ToolFailure, InterruptedException {
        var file = server.file();
        return server.tools().stream()
                .filter(tool -> source.allowed().isEmpty() || source.allowed().contains(tool.name()))
                .map(tool -> new Tool(
                        source.label(),
                        tool.name(),
                        tool.description(),
                        tool.inputSchema(),
                        file.trusted() && tool.readOnlyHint(),
                        file.serial(),
                        file.toolTimeout(tool.name()).map(Seconds::duration)))
                .toList();
    }
}
