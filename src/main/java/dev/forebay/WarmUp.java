package dev.forebay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.ApiKey;
import dev.forebay.access.KeyHash;
import dev.forebay.access.KeyStore;
import dev.forebay.access.Keys;
import dev.forebay.access.Scope;
import dev.forebay.agent.Tools;
import dev.forebay.compute.StaticProvider;
import dev.forebay.config.Secret;
import dev.forebay.config.Yaml;
import dev.forebay.http.Health;
import dev.forebay.routing.Router;
import dev.forebay.telemetry.Configured;
import dev.forebay.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Real requests over sockets through both lanes before the first client's: they load and compile what would otherwise be
 * loaded and compiled while clients wait. Model server, key, router and metrics are thrown away afterwards, so that no
 * limit and no figure shows it. What it gives is measured in docs/performance.md.
 */
final class WarmUp {
    private static final String RELAYED = "relayed";
    private static final String AGENTIC = "agentic";
    private static final String TOOL = "warm";
    private static final String FILE = """
            nodepools:
              - {id: stub, base_url: "http://127.0.0.1:PORT/v1"}
            models:
              - {id: relayed, nodepools: [stub]}
              - {id: agentic, nodepools: [stub], agentic: true, agent: {servers: [stub]}}
            """;

    private static final int AT_ONCE = 4;
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";

    private final LongSupplier nanos;
    private final HttpClient client;
    private final int port;
    private final String key;

    private WarmUp(LongSupplier nanos, HttpClient client, int port, Secret key) {
        this.nanos = nanos;
        this.client = client;
        this.port = port;
        this.key = key.reveal();
    }

    /** Blocks for a little longer than that time; returns how many requests were answered. */
    static int run(Vertx vertx, Surroundings out, Duration time) {
        if (time.isZero()) {
            return 0;
        }
        var stub = modelServer(vertx).listen(0, "127.0.0.1").await();
        var configuration = Configuration.of(
                Yaml.parse("warm-up", FILE.replace("PORT", Integer.toString(stub.actualPort()))), Map.of());
        var names = List.of(RELAYED, AGENTIC);
        try (var telemetry = Telemetry.unseen(Configured.of(names, List.of("stub"), List.of("stub")))) {
            var router = new Router(configuration.routes(), configuration.capacities(), out.clock(), out.random());
            var provider = new StaticProvider(vertx, out.clock());
            provider.start(configuration.nodepools().getFirst(), 0, router::changed);
            var keys = keys(out);
            var key = keys.issue("warm-up", Configuration.USER, Set.of(Scope.INFERENCE), Optional.empty());
            var lasting = Lasting.of(configuration, out, keys, router, telemetry, new Health(), _ -> {});
            var front = new Front(
                    vertx, EventLoops.contexts(vertx).getFirst(), lasting, lasting.serving(configuration, tools()), 0);
            var port = front.start().await();
            var client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(2 * AT_ONCE));
            var answered = new WarmUp(out.nanos(), client, port, key.token()).send(time);
            client.close().await();
            front.stop().await();
            stub.close().await();
            return answered;
        }
    }

    /** Keys that live no longer than the process. */
    private static Keys keys(Surroundings out) {
        var pepper = new byte[32];
        out.random().nextBytes(pepper);
        var store = new KeyStore() {
            private final List<ApiKey> all = new ArrayList<>();

            @Override
            public List<ApiKey> all() {
                return List.copyOf(all);
            }

            @Override
            public void insert(ApiKey fresh) {
                all.add(fresh);
            }

            @Override
            public void revoke(String id, Instant at) {
                all.removeIf(known -> known.id().equals(id));
            }
        };
        return new Keys(store, new KeyHash(pepper), out.clock(), out.random());
    }

    private static Tools tools() {
        var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        var tool = new Tools.Tool("stub", TOOL, "A tool.", schema, true, false, Optional.empty());
        return (_, _) -> new Tools.Toolbox() {
            @Override
            public List<Tools.Tool> tools() {
                return List.of(tool);
            }

            @Override
            public List<Tools.Unavailable> unavailable() {
                return List.of();
            }

            @Override
            public Tools.Result call(
                    Tools.Tool called,
                    ObjectNode arguments,
                    Duration timeout,
                    Duration timeoutMax,
                    Tools.Progress told) {
                return new Tools.Result(List.of(new Tools.Content.Text("warm")), Optional.empty(), false);
            }

            @Override
            public boolean isAvailable(Tools.Tool called) {
                return true;
            }
        };
    }

    /** Answers at once: whole, streamed, and with a call of {@link #TOOL} to whoever offers tools and has no result yet. */
    static HttpServer modelServer(Vertx vertx) {
        return vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)));
    }

    private static void answer(HttpServerRequest request, Buffer body) {
        var text = body.toString();
        var response = request.response();
        if (!text.contains("\"stream\":true")) {
            response.putHeader("content-type", "application/json")
                    .end(
                            "{\"id\":\"w\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"w\",\"choices\":[{\"index\":0,"
                                    + "\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
                                    + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}");
            return;
        }
        response.putHeader("content-type", "text/event-stream").setChunked(true);
        if (text.contains("\"tools\"") && !text.contains("\"tool_call_id\"")) {
            response.write(event(
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"" + TOOL
                            + "\",\"arguments\":\"{}\"}}]}",
                    "null"));
            response.write(event("{}", "\"tool_calls\""));
        } else {
            for (var i = 0; i < 10; i++) {
                response.write(event("{\"content\":\"hello \"}", "null"));
            }
            response.write(event("{}", "\"stop\""));
        }
        response.end(
                "data: {\"id\":\"w\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"w\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}\n\ndata: [DONE]\n\n");
    }

    private static String event(String delta, String finish) {
        return "data: {\"id\":\"w\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"w\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private int send(Duration time) {
        var deadline = nanos.getAsLong() + time.toNanos();
        var answered = new AtomicInteger();
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < AT_ONCE; i++) {
                var first = i;
                // Submitted: that a start which fails interrupts it is nothing to tell.
                var _ = senders.submit(() -> {
                    for (var n = first; nanos.getAsLong() < deadline; n++) {
                        if (isAnswered(n % 4 < 2 ? RELAYED : AGENTIC, n % 2 == 0)) {
                            answered.incrementAndGet();
                        }
                    }
                });
            }
        }
        return answered.get();
    }

    /** One that fails tells nothing: the real ones will say what is wrong. */
    private boolean isAnswered(String model, boolean stream) {
        var body = Buffer.buffer("{\"model\":\"" + model + "\",\"stream\":" + stream + "," + MESSAGES + "}");
        return client.request(HttpMethod.POST, port, "127.0.0.1", "/v1/chat/completions")
                .map(request -> request.putHeader("authorization", "Bearer " + key)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body).compose(HttpClientResponse::body))
                .map(_ -> true)
                .otherwise(false)
                .await();
    }
}
