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
import dev.forebay.compute.Nodepool;
import dev.forebay.http.BodyMemory;
import dev.forebay.http.Edge;
import dev.forebay.http.Health;
import dev.forebay.http.Places;
import dev.forebay.openai.OpenAiRoutes;
import dev.forebay.openai.ServedModel;
import dev.forebay.openai.StreamSettings;
import dev.forebay.routing.ModelNames;
import dev.forebay.routing.Router;
import dev.forebay.telemetry.Telemetry;
import dev.forebay.upstream.RelaySettings;
import dev.forebay.upstream.Timeouts;
import dev.forebay.upstream.Upstream;
import dev.forebay.upstream.UpstreamModel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What faces the clients, on one event loop: the edge, its routes, and a client of its own to the replicas. */
final class Front {
    /**
     * What all event loops share.
     *
     * @param models the served models for an event loop's upstream
     * @param answerIds makes the ids of agents' answers
     * @param control adds the routes of the control API
     */
    record Parts(
            Edge.Shared edge,
            ModelNames names,
            Router router,
            Map<String, Nodepool> nodepools,
            TurnObserver turns,
            Timeouts timeouts,
            RelaySettings relay,
            StreamSettings stream,
            Function<Upstream, Map<String, ServedModel>> models,
            Supplier<String> answerIds,
            InstantSource clock,
            Consumer<Edge> control) {
        static Parts of(
                Configuration configuration,
                Surroundings out,
                Keys keys,
                Router router,
                Telemetry telemetry,
                Tools tools,
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
            var agents = new Agents(
                    configuration,
                    out,
                    new Draining(health),
                    tools,
                    continuations,
                    runs,
                    telemetry.runs(),
                    ids,
                    out.clock().instant().getEpochSecond());
            return new Parts(
                    edge,
                    configuration.names(),
                    router,
                    configuration.nodepools().stream().collect(Collectors.toMap(Nodepool::id, Function.identity())),
                    telemetry.turns(),
                    configuration.upstream(),
                    configuration.relay(),
                    configuration.stream(),
                    agents::over,
                    () -> ids.next("chatcmpl-"),
                    out.clock(),
                    control);
        }
    }

    /**
     * The served models, made anew for each event loop's upstream.
     *
     * @param created when the models came to be, the same on each event loop
     */
    private record Agents(
            Configuration configuration,
            Surroundings out,
            Draining draining,
            Tools tools,
            Continuations continuations,
            RunMemory memory,
            RunObserver observer,
            Ids ids,
            long created) {
        Map<String, ServedModel> over(Upstream upstream) {
            var served = new HashMap<String, ServedModel>();
            for (var model : configuration.models()) {
                served.put(
                        model.id(),
                        new ServedModel(model.id(), created, model.agentic() ? agent(model, upstream) : null));
            }
            return served;
        }

        private Model agent(Configuration.ModelSettings model, Upstream upstream) {
            return new AgenticModelClass(
                    model.id(),
                    draining.guard(new UpstreamModel(model.id(), upstream, () -> ids.next("call_"))),
                    draining.guard(tools),
                    model.agent(),
                    continuations,
                    memory,
                    out.clock(),
                    out.nanos(),
                    () -> ids.next("call_"),
                    observer);
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final Parts parts;
    private final int port;
    private volatile @Nullable Edge edge;
    private volatile @Nullable Thread loop;
    private @Nullable HttpClient client;

    /**
     * @param context of the event loop that it is to run on
     * @param port 0 takes a free one for this front alone, below 0 one that all of the same number share
     */
    Front(Vertx vertx, Context context, Parts parts, int port) {
        this.vertx = vertx;
        this.context = context;
        this.parts = parts;
        this.port = port;
    }

    /** Completes with the port, once clients may come. Any thread. */
    Future<Integer> start() {
        return onLoop(this::listen);
    }

    private Future<Integer> listen() {
        var here = Thread.currentThread();
        loop = here;
        client = Upstream.client(vertx, parts.timeouts());
        var upstream = new Upstream(
                vertx,
                context,
                here,
                client,
                parts.router(),
                parts.nodepools(),
                parts.turns(),
                parts.timeouts(),
                parts.relay().eventBytesMax(),
                parts.relay().heldBytesMax(),
                parts.clock(),
                parts.edge().nanos());
        var listener = new Edge(vertx, parts.edge());
        new OpenAiRoutes(
                        upstream,
                        parts.names(),
                        parts.models().apply(upstream),
                        parts.stream(),
                        parts.relay(),
                        parts.edge().limits(),
                        parts.edge().observer(),
                        parts.answerIds())
                .addTo(listener);
        parts.control().accept(listener);
        edge = listener;
        return listener.listen(port);
    }

    /** Closes what is open, whether or not it has been drained. Any thread. */
    Future<Void> stop() {
        return onLoop(() -> edge == null || client == null
                ? Future.succeededFuture()
                : edge.close().eventually(client::close));
    }

    /** The thread that it runs on; null before its start. */
    @Nullable
    Thread loop() {
        return loop;
    }

    /** Refuses what is new; completes when nothing is left, at the latest a moment after that time. Any thread. */
    Future<Void> drain(Duration patience) {
        return onLoop(() -> edge == null ? Future.succeededFuture() : edge.drain(patience));
    }

    /** Ends every request at once. Any thread. */
    Future<Void> abortAll() {
        return onLoop(() -> {
            if (edge != null) {
                edge.abortAll();
            }
            return Future.succeededFuture();
        });
    }

    /** Requests that are being served; any thread. */
    int active() {
        var known = edge;
        return known == null ? 0 : known.activeRequests();
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> step) {
        var done = Promise.<T>promise();
        context.runOnContext(_ -> {
            try {
                step.get().onComplete(done);
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
