package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.agent.Tools.Tool;
import dev.forebay.agent.Tools.Toolbox;
import dev.forebay.agent.Tools.Unavailable;
import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools of one run under the names that it offers them by: a snapshot that belongs to this run alone. */
final class Discovery {
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private final RunServers servers;
    private final Toolbox toolbox;
    private final ToolNames names;
    private final Map<String, JsonNode> specs = new LinkedHashMap<>();

    private Discovery(RunServers servers, Toolbox toolbox, Set<String> clientNames) {
        this.servers = servers;
        this.toolbox = toolbox;
        var usable = toolbox.tools().stream()
                .filter(tool -> tool.readOnly() || !servers.isReadOnly(tool.server()))
                .toList();
        this.names = ToolNames.of(usable, clientNames);
        names.ours().forEach((name, tool) -> specs.put(name, ToolSpecs.spec(name, tool)));
    }

    static Discovery of(Tools tools, AgentRequest request, Caller caller) throws InterruptedException {
        var servers = request.servers();
        var sources = servers.sources();
        var toolbox = sources.isEmpty() ? new NoTools() : tools.open(sources, caller);
        for (var missing : toolbox.unavailable()) {
            log.atDebug()
                    .addKeyValue("server", servers.metricName(missing.server()))
                    .log("an agent runs without the tools of a server that cannot be reached");
            if (servers.isRequired(missing.server())) {
                throw new ModelFailure.Broken(
                        "the MCP server " + missing.server() + ", which this model requires, cannot be reached: "
                                + missing.reason(),
                        null);
            }
        }
        return new Discovery(servers, toolbox, request.clientNames());
    }

    /** What the engine is offered: the client's own tools as they came, then ours, without those out of order now. */
    List<JsonNode> offered(List<JsonNode> clientTools) {
        var offered = new ArrayList<>(clientTools);
        specs.forEach((name, spec) -> {
            if (names.ours(name).map(toolbox::isAvailable).orElse(false)) {
                offered.add(spec);
            }
        });
        return offered;
    }

    ToolNames names() {
        return names;
    }

    Toolbox toolbox() {
        return toolbox;
    }

    List<Unavailable> unavailable() {
        return toolbox.unavailable();
    }

    /** The word for a tool's server in metrics. */
    String metricName(String label) {
        return servers.metricName(label);
    }

    /** The toolbox of a run that names no server. */
    private static final class NoTools implements Toolbox {
        @Override
        public List<Tool> tools() {
            return List.of();
        }

        @Override
        public List<Unavailable> unavailable() {
            return List.of();
        }

        @Override
        public Tools.Result call(
                Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax, Tools.Progress progress) {
            throw new IllegalStateException("there is no tool to call");
        }

        @Override
        public boolean isAvailable(Tool tool) {
            return false;
        }
    }
}
