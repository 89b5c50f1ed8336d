package dev.forebay.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.forebay.chat.Call;
import dev.forebay.chat.Model;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteWish;
import dev.forebay.chat.TurnObserver.Turn;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.Edge;
import dev.forebay.http.EdgeObserver;
import dev.forebay.http.Limits;
import dev.forebay.routing.ModelNames;
import dev.forebay.upstream.RelaySettings;
import dev.forebay.upstream.TurnRequest;
import dev.forebay.upstream.Upstream;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The routes of the OpenAI API on one event loop. A request is scanned at its top level, its model found, and then goes
 * through the relay lane or, if its model is agentic, the agent lane.
 */
public final class OpenAiRoutes {
    private final Upstream upstream;
    private final ModelNames names;
    private final Map<String, ServedModel> models;
    private final EventStream.Settings stream;
    private final RelaySettings relay;
    private final RequestScan.Scanner scanner;
    private final ObjectMapper json;
    private final Supplier<String> ids;
    private final ModelsRoute list;
    private final RouteWishes wishes;

    /** @param ids makes the ids of agents' answers */
    public OpenAiRoutes(
            Upstream upstream,
            ModelNames names,
            Map<String, ServedModel> models,
            StreamSettings stream,
            RelaySettings relay,
            Limits limits,
            EdgeObserver observer,
            Supplier<String> ids) {
        this.upstream = upstream;
        this.names = names;
        this.models = Map.copyOf(models);
        this.stream = new EventStream.Settings(upstream.vertx(), stream, observer);
        this.relay = relay;
        this.scanner = new RequestScan.Scanner(limits.jsonDepthMax(), limits.bodyBytesMax());
        this.json = mapper(limits);
        this.ids = ids;
        this.list = new ModelsRoute(names, models);
        this.wishes = new RouteWishes(upstream.router(), observer);
    }

    /** @param now the routes by the configuration of the moment, asked for with each request */
    public static void addTo(Edge edge, Supplier<OpenAiRoutes> now) {
        edge.post("/chat/completions", request -> now.get().serve(request, "/chat/completions", "chat"));
        edge.post("/completions", request -> now.get().serve(request, "/completions", "text_completion"));
        edge.post("/embeddings", request -> now.get().serve(request, "/embeddings", "embeddings"));
        edge.get("/models", request -> now.get().list.list(request));
        edge.get("/models/*", request -> now.get().list.one(request));
    }

    private void serve(ApiRequest request, String path, String operation) {
        try {
            var body = request.body().getBytes();
            var scan = scanner.scan(body);
            var id = names.resolve(scan.model()).orElseThrow(() -> ModelsRoute.unknown(scan.model(), names));
            request.asks(operation, id);
            var model = Objects.requireNonNull(models.get(id), id);
            var wish = wishes.of(request, model, scan, body);
            var agent = operation.equals("chat") ? model.agent() : null;
            if (agent != null) {
                runAgent(request, scan, agent, wish);
            } else {
                relay(request, scan, id, path, operation, wish);
            }
        } catch (ModelFailure refused) {
            ErrorAnswer.of(refused).to(request);
        } catch (Unroutable refused) {
            ErrorAnswer.of(refused.error()).to(request);
        }
    }

    private void relay(ApiRequest request, RequestScan scan, String id, String path, String operation, RouteWish wish) {
        if (scan.mcp()) {
            throw new ModelFailure.BadRequest(
                    "model " + scan.model() + " is not agentic, so it cannot use MCP servers; set agentic: true for it"
                            + " in the configuration, or leave mcp_servers and mcp tools out",
                    "mcp_servers",
                    "model_not_agentic");
        }
        var turn = new Turn(request.id(), request.caller(), id, operation, scan.stream(), 0);
        var headers = MultiMap.caseInsensitiveMultiMap().add("x-request-id", request.id());
        var trace = request.traceparent();
        if (trace != null) {
            headers.add("traceparent", trace);
        }
        for (var name : relay.requestHeaders()) {
            headers.add(name, request.http().headers().getAll(name));
        }
        var wanted = new TurnRequest(
                turn,
                scan.model(),
                path,
                headers,
                new RelayBody(request.body(), scan),
                scan.choices(),
                deadline(),
                wish);
        new Relay(request, wanted, scan.usageAskedFor(), upstream, stream, relay.answerHeaders()).start();
    }

    private void runAgent(ApiRequest request, RequestScan scan, Model agent, RouteWish wish) {
        var trace = request.traceparent();
        var call = new Call(
                request.id(),
                trace == null ? "" : trace,
                request.caller(),
                deadline(),
                wish,
                route -> RouteHeaders.put(request.response(), route));
        var head = new AnswerHead(ids.get(), upstream.clock().instant().getEpochSecond(), scan.model());
        AgentSink sink;
        if (scan.stream()) {
            var events = new EventStream(request, stream, call.interruption()::because);
            events.beginInTime();
            sink = new StreamSink(upstream.context(), request, events, new Chunks(head), scan.usageAskedFor());
        } else {
            sink = new WholeSink(request, upstream.context(), head);
        }
        new AgentRun(request, json, agent, call, sink).start();
    }

    private Instant deadline() {
        return upstream.clock().instant().plusSeconds(upstream.timeouts().totalSeconds());
    }

    /** Numbers keep their digits on the way through. */
    private static ObjectMapper mapper(Limits limits) {
        var constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.jsonDepthMax())
                .maxStringLength(limits.bodyBytesMax())
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}
