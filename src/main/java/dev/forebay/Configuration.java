package dev.forebay;

import dev.forebay.agent.AgentSettings;
import dev.forebay.agent.ContinuationLimits;
import dev.forebay.agent.RunLimits;
import dev.forebay.compute.Nodepool;
import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Default;
import dev.forebay.config.Nearest;
import dev.forebay.config.Node;
import dev.forebay.config.Problem;
import dev.forebay.config.Yaml;
import dev.forebay.http.Limits;
import dev.forebay.http.ServerSettings;
import dev.forebay.mcp.McpSettings;
import dev.forebay.openai.StreamSettings;
import dev.forebay.routing.AffinityMode;
import dev.forebay.routing.Autoscale;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.ModelNames;
import dev.forebay.routing.Spillover;
import dev.forebay.upstream.RelaySettings;
import dev.forebay.upstream.Timeouts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The gateway's file, {@code config/forebay.yaml} by default. Each feature owns the records of its own block.
 *
 * @param data folder of what the gateway keeps: keys, database, logs of replicas, files of bundled servers
 * @param nodepools where models run
 * @param models what can be called
 * @param deployments where Clarifai's files are, if there are any
 */
record Configuration(
        @Default("data") Path data,
        ServerSettings server,
        Limits limits,
        Timeouts upstream,
        RelaySettings relay,
        StreamSettings stream,
        ShutdownSettings shutdown,
        McpSettings mcp,
        ContinuationLimits continuations,
        RunLimits runs,
        List<Nodepool> nodepools,
        List<ModelSettings> models,
        DeploymentFiles.Settings deployments) {
    /** The owner of everything in a fresh install. */
    static final String USER = "local";

    static final String APP = "main";

    /**
     * A model that clients can call.
     *
     * @param aliases further names it goes by
     * @param version what {@code /versions/...} in its long name must say, if it has one
     * @param deployment what its deployment goes by beside the model's id
     * @param nodepools where it runs, in order of precedence; none if a deployment of the files says it
     * @param autoscale how the number of replicas follows the load; without it each nodepool keeps the number that it says
     * @param spillover when the next nodepool takes requests, and which
     * @param affinity what brings requests together at a replica: a session or else the beginning of the prompt, a session
     *     only, or nothing
     * @param enabled false to refuse every request and to keep no replica
     * @param agentic true lets it call the tools of MCP servers within a request
     * @param agent how it does; only for an agentic model
     * @param queue bounds of requests that wait for a free replica
     */
    record ModelSettings(
            String id,
            @Default("[]") List<String> aliases,
            Optional<String> version,
            Optional<String> deployment,
            List<Deployment.Place> nodepools,
            Optional<Autoscale> autoscale,
            Spillover spillover,
            @Default("prefix") AffinityMode affinity,
            @Default("true") boolean enabled,
            @Default("false") boolean agentic,
            AgentSettings agent,
            QueueSettings queue) {
        ModelSettings {
            aliases = List.copyOf(aliases);
            nodepools = List.copyOf(nodepools);
            if (id.isBlank() || id.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException("id: need a name without blanks, got \"" + id + "\"");
            }
            Deployment.check(nodepools, autoscale);
        }

        ModelSettings deployed(String deployment, List<Deployment.Place> places, Autoscale scale, boolean enabled) {
            return new ModelSettings(
                    id,
                    aliases,
                    version,
                    Optional.of(deployment),
                    places,
                    Optional.of(scale),
                    spillover,
                    affinity,
                    enabled,
                    agentic,
                    agent,
                    queue);
        }

        Deployment toDeployment() {
            return new Deployment(id, nodepools, autoscale, spillover, queue.toQueue(), enabled);
        }
    }

    Configuration {
        nodepools = List.copyOf(nodepools);
        models = List.copyOf(models);
    }

    /** @throws ConfigException with every problem of the file */
    static Configuration read(Path file, Map<String, String> environment) {
        return of(Yaml.read(file), environment);
    }

    static Configuration of(Node.Mapping file, Map<String, String> environment) {
        return of(file, environment, DeploymentFiles::log);
    }

    /** @param warnings is told of keys in Clarifai's files that are passed over */
    static Configuration of(Node.Mapping file, Map<String, String> environment, Consumer<Problem> warnings) {
        var configuration = Binding.bind(file, Configuration.class, environment::get);
        var problems = configuration.problems(file);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new DeploymentFiles(configuration, file).merged(environment::get, warnings);
    }

    Configuration withHost(String host) {
        return listeningAt(host, server.port());
    }

    Configuration withPort(int port) {
        return listeningAt(server.host(), port);
    }

    private Configuration listeningAt(String host, int port) {
        var listening = new ServerSettings(
                host,
                port,
                server.eventLoops(),
                server.transport(),
                server.headerSeconds(),
                server.idleSeconds(),
                server.warmUpMillis(),
                server.connectionsMax());
        return with(data, listening, nodepools, models);
    }

    /** This one, but for what the other says of blocks that are used at the start only. */
    Configuration keepingOf(Configuration other) {
        return new Configuration(
                other.data,
                other.server,
                other.limits,
                upstream,
                relay,
                stream,
                shutdown,
                mcp,
                other.continuations,
                other.runs,
                nodepools,
                models,
                deployments);
    }

    Configuration withData(Path folder) {
        return with(folder, server, nodepools, models);
    }

    Configuration with(List<Nodepool> pools, List<ModelSettings> callable) {
        return with(data, server, pools, callable);
    }

    private Configuration with(
            Path folder, ServerSettings listening, List<Nodepool> pools, List<ModelSettings> callable) {
        return new Configuration(
                folder,
                listening,
                limits,
                upstream,
                relay,
                stream,
                shutdown,
                mcp,
                continuations,
                runs,
                pools,
                callable,
                deployments);
    }

    ModelNames names() {
        return new ModelNames(
                models.stream()
                        .map(m -> new ModelNames.Named(m.id(), m.aliases(), m.version()))
                        .toList(),
                USER,
                APP);
    }

    /** One for each model, whichever file says where it runs. */
    List<Deployment> routes() {
        return models.stream().map(ModelSettings::toDeployment).toList();
    }

    List<Capacity> capacities() {
        return nodepools.stream().map(Capacity::of).toList();
    }

    /**
     * Only now are the servers known that models may name.
     *
     * @throws ConfigException if a model names one that there is not
     */
    void needServers(Collection<String> known) {
        var problems = new ArrayList<Problem>();
        for (var model : models) {
            for (var server : model.agent().servers()) {
                if (!known.contains(server.name())) {
                    problems.add(new Problem(
                            "model " + model.id(),
                            Problem.NO_LINE,
                            "agent.servers",
                            "there is no MCP server \"" + server.name() + "\" in " + mcp.folder()
                                    + (known.isEmpty() ? "" : Nearest.hint(server.name(), known))));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** What can only be seen by looking at several blocks. */
    private List<Problem> problems(Node file) {
        var problems = new ArrayList<Problem>();
        var known = new HashSet<String>();
        for (var i = 0; i < nodepools.size(); i++) {
            if (!known.add(nodepools.get(i).id())) {
                problems.add(file.at("nodepools[" + i + "].id")
                        .place()
                        .problem("there are two nodepools of the name "
                                + nodepools.get(i).id()));
            }
        }
        for (var i = 0; i < models.size(); i++) {
            var agent = "models[" + i + "].agent";
            if (!models.get(i).agentic() && file.at(agent).place().path().equals(agent)) {
                problems.add(file.at(agent).place().problem("has no effect without agentic: true beside it"));
            }
            var wanted = models.get(i).nodepools().stream()
                    .map(Deployment.Place::nodepool)
                    .toList();
            for (var j = 0; j < wanted.size(); j++) {
                if (!known.contains(wanted.get(j))) {
                    problems.add(file.at("models[" + i + "].nodepools[" + j + "]")
                            .place()
                            .problem("there is no nodepool \"" + wanted.get(j) + "\""
                                    + Nearest.hint(wanted.get(j), known)));
                }
            }
        }
        try {
            names();
        } catch (IllegalArgumentException e) {
            problems.add(file.at("models").place().problem(String.valueOf(e.getMessage())));
        }
        return problems;
    }
}
