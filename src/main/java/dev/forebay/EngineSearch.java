package dev.forebay;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;

/**
 * Looks for model servers that run already on this machine. What a server is shows in what it answers, not in its port: the
 * ports are only where to look.
 */
final class EngineSearch {
    static final int OLLAMA = 11434;
    static final int LLAMA_CPP = 8080;
    static final int LM_STUDIO = 1234;
    static final int VLLM = 8000;
    static final int SGLANG = 30000;
    static final List<Integer> USUAL_PORTS = List.of(OLLAMA, LLAMA_CPP, LM_STUDIO, VLLM, SGLANG);

    private static final int MODELS_MAX = 200;

    /** Below that the tools of an agent and two rounds do not fit. */
    private static final int CONTEXT_SMALL = 8192;

    private final HttpClient client;

    EngineSearch(HttpClient client) {
        this.client = client;
    }

    /** In the order of the ports, all of which are asked at once. */
    List<FoundEngine> at(Collection<Integer> ports) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<Optional<FoundEngine>>>();
            for (var port : ports) {
                asked.add(threads.submit(
                        () -> identify(new LocalServer(client, URI.create("http://127.0.0.1:" + port)))));
            }
            var found = new ArrayList<FoundEngine>();
            for (var answer : asked) {
                answer.get().ifPresent(found::add);
            }
            return found;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the search for engines failed", e.getCause());
        }
    }

    private static Optional<FoundEngine> identify(LocalServer server) throws InterruptedException {
        var listed = server.get("/v1/models");
        if (listed.isEmpty()) {
            return Optional.empty();
        }
        var models = ids(listed.get().json().path("data"), "id");
        var owner = listed.get().json().path("data").path(0).path("owned_by").asText();
        // llama.cpp has Ollama's page of models too, so it comes before it.
        var props = server.page("/props");
        if (props.path("total_slots").canConvertToInt() || owner.equals("llamacpp")) {
            return Optional.of(llamaCpp(server.port(), models, props));
        }
        var info = server.page("/get_model_info").path("model_path");
        if (info.isTextual() || owner.equals("sglang")) {
            return Optional.of(engine("SGLang", "sglang", server.port(), models, "/health", List.of()));
        }
        var tags = server.page("/api/tags").path("models");
        if (tags.isArray()) {
            var notes = loaded(server.page("/api/ps").path("models"));
            return Optional.of(engine("Ollama", "ollama", server.port(), ids(tags, "name"), "/api/tags", notes));
        }
        if (owner.equals("vllm")) {
            var version = server.page("/version").path("version").asText();
            var notes = version.isEmpty() ? List.<String>of() : List.of("version " + version);
            return Optional.of(engine("vLLM", "vllm", server.port(), models, "/health", notes));
        }
        return other(server.port(), listed.get(), models, owner);
    }

    private static FoundEngine llamaCpp(int port, List<String> models, JsonNode props) {
        var slots = props.path("total_slots").asInt();
        var context = props.path("default_generation_settings").path("n_ctx").asInt();
        var notes = context > 0 ? List.of(slots + " slots of " + context + " tokens each") : List.<String>of();
        return new FoundEngine(
                "llama.cpp",
                "llama-cpp",
                port,
                models,
                slots > 0 ? OptionalInt.of(slots) : OptionalInt.empty(),
                Optional.of("/health"),
                notes);
    }

    private static List<String> loaded(JsonNode models) {
        var notes = new ArrayList<String>();
        for (var model : models) {
            var context = model.path("context_length").asInt();
            notes.add(model.path("name").asText() + " is loaded"
                    + (context > 0 ? " with a context of " + context + " tokens" : "")
                    + (context > 0 && context < CONTEXT_SMALL
                            ? ", which tools fill soon: set OLLAMA_CONTEXT_LENGTH"
                            : ""));
        }
        return notes;
    }

    private static Optional<FoundEngine> other(int port, LocalServer.Answer listed, List<String> models, String owner) {
        if ((port == LM_STUDIO && !models.isEmpty()) || owner.equals("organization_owner")) {
            return Optional.of(engine("LM Studio", "lm-studio", port, models, "/v1/models", List.of()));
        }
        var id = "server-" + port;
        if (listed.status() == 401 || listed.status() == 403) {
            return Optional.of(
                    new FoundEngine(
                            "a server",
                            id,
                            port,
                            List.of(),
                            OptionalInt.empty(),
                            Optional.empty(),
                            List.of(
                                    "it asks for an API key; if it serves models, see config/examples/openai-compatible.yaml")));
        }
        // A gateway of ours is no engine.
        return models.isEmpty() || owner.equals("forebay")
                ? Optional.empty()
                : Optional.of(engine("a server that speaks the OpenAI API", id, port, models, "/v1/models", List.of()));
    }

    private static FoundEngine engine(
            String name, String id, int port, List<String> models, String probePath, List<String> notes) {
        return new FoundEngine(name, id, port, models, OptionalInt.empty(), Optional.of(probePath), notes);
    }

    private static List<String> ids(JsonNode array, String member) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(each -> each.path(member).asText())
                .filter(id -> !id.isEmpty())
                .distinct()
                .limit(MODELS_MAX)
                .toList();
    }
}
