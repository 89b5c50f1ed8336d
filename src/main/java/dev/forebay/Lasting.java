package dev.forebay;

import dev.forebay.access.Keys;
import dev.forebay.agent.AgenticModelClass;
import dev.forebay.agent.Continuations;
import dev.forebay.agent.InMemoryContinuations;
import dev.forebay.agent.RunMemory;
import dev.forebay.agent.RunObserver;
import dev.forebay.agent.Tools;
import dev.forebay.chat.Model;
import dev.forebay.chat.TurnObserver;
import dev.forebay.http.BodyMemory;
import dev.forebay.http.Edge;
import dev.forebay.http.Health;
import dev.forebay.http.Places;
import dev.forebay.openai.ServedModel;
import dev.forebay.routing.Router;
import dev.forebay.telemetry.Telemetry;
import dev.forebay.upstream.Upstream;
import dev.forebay.upstream.UpstreamModel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the fronts share as long as the gateway runs, whatever the configuration.
 *
 * @param control adds the routes of the control API
 * @param created when the models came to be, as {@code /v1/models} says, in seconds since 1970
 */
record Lasting(
        Edge.Shared edge,
        Router router,
        TurnObserver turns,
        Draining draining,
        Continuations continuations,
        RunMemory runs,
        RunObserver observer,
        Ids ids,
        Surroundings out,
        Consumer<Edge> control,
        long created) {
    static Lasting of(
            Configuration configuration,
            Surroundings out,
            Keys keys,
            Router router,
            Telemetry telemetry,
            Health health,
            Consumer<Edge> control) {
        var ids = new Ids(out.random());
        var limits = configuration.limits();
        var memory = new BodyMemory(limits.bodyMemoryBytesMax()
                .orElse(Math.max(limits.bodyBytesMax(), Runtime.getRuntime().maxMemory() / 4)));
        telemetry.watch(memory);
        var continuations = new InMemoryContinuations(configuration.continuations(), out.clock());
        telemetry.watch(continuations);
        var runs = new RunMemory(configuration
                .runs()
                .memoryBytesMax()
                .orElse(Runtime.getRuntime().maxMemory() / 4));
        telemetry.watch(runs);
        var edge = new Edge.Shared(
                configuration.server(),
                limits,
                keys,
                memory,
                new Places(configuration.server().connectionsMax().orElseGet(OpenFiles::connectionsMax)),
                new Places(limits.requestsMax()),
                health,
                telemetry.edge(),
                telemetry.page(router),
                () -> ids.next("req_"),
                out.nanos());
        return new Lasting(
                edge,
                router,
                telemetry.turns(),
                new Draining(health),
                continuations,
                runs,
                telemetry.runs(),
                ids,
                out,
                control,
                out.clock().instant().getEpochSecond());
    }

    /** @param tools those of this configuration */
    Serving serving(Configuration configuration, Tools tools) {
        return new Serving(
                configuration.names(),
                configuration.upstream(),
                configuration.relay(),
                configuration.stream(),
                upstream -> models(configuration, tools, upstream));
    }

    private Map<String, ServedModel> models(Configuration configuration, Tools tools, Upstream upstream) {
        var served = new HashMap<String, ServedModel>();
        for (var model : configuration.models()) {
            served.put(
                    model.id(),
                    new ServedModel(
                            model.id(),
                            created,
                            model.deployment(),
                            model.affinity(),
                            model.agentic() ? agent(model, tools, upstream) : null));
        }
        return served;
    }

    private Model agent(Configuration.ModelSettings model, Tools tools, Upstream upstream) {
        return new AgenticModelClass(
                model.id(),
                draining.guard(new UpstreamModel(model.id(), upstream, () -> ids.next("call_"))),
                draining.guard(tools),
                model.agent(),
                continuations,
                runs,
                out.clock(),
                out.nanos(),
                () -> ids.next("call_"),
                observer);
    }
}
