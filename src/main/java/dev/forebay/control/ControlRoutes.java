package dev.forebay.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.config.Nearest;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.Edge;
import dev.forebay.routing.LiveReplica;
import dev.forebay.routing.Router;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * {@code /api/v1/deployments[/ID]}, {@code /api/v1/replicas[/ID]} and what operators do to a replica. Lists are objects
 * with one array, as the OpenAI API has them.
 */
public final class ControlRoutes {
    private static final String DEPLOYMENTS = "/deployments";
    private static final String REPLICAS = "/replicas";
    private static final String CORDON = "/cordon";
    private static final String UNCORDON = "/uncordon";

    private final Router router;

    public ControlRoutes(Router router) {
        this.router = router;
    }

    public void addTo(Edge edge) {
        edge.control(HttpMethod.GET, DEPLOYMENTS, this::deployments);
        edge.control(HttpMethod.GET, DEPLOYMENTS + "/*", this::deployment);
        edge.control(HttpMethod.GET, REPLICAS, this::replicas);
        edge.control(HttpMethod.GET, REPLICAS + "/*", this::replica);
        edge.control(HttpMethod.POST, REPLICAS + "/*", this::act);
    }

    private void deployments(ApiRequest request) {
        list(
                request,
                router.live().entrySet().stream().map(each -> LiveJson.deployment(each.getKey(), each.getValue())));
    }

    private void deployment(ApiRequest request) {
        var id = request.pathAfter(DEPLOYMENTS + "/");
        var live = router.live();
        var found = live.get(id);
        if (found == null) {
            request.fail(unknown("deployment", id, live.keySet()));
        } else {
            answer(request, LiveJson.deployment(id, found));
        }
    }

    private void replicas(ApiRequest request) {
        list(request, router.replicas().stream().map(LiveJson::replica));
    }

    private void replica(ApiRequest request) {
        show(request, request.pathAfter(REPLICAS + "/"));
    }

    private void act(ApiRequest request) {
        var path = request.pathAfter(REPLICAS + "/");
        var cordons = path.endsWith(CORDON);
        if (!cordons && !path.endsWith(UNCORDON)) {
            request.fail(ApiError.refused(
                    404, "a replica takes POST at .../cordon and .../uncordon only", "unknown_action"));
            return;
        }
        var id = path.substring(0, path.lastIndexOf('/'));
        router.cordon(id, cordons);
        show(request, id);
    }

    private void show(ApiRequest request, String id) {
        var replicas = router.replicas();
        replicas.stream()
                .filter(replica -> replica.id().equals(id))
                .findFirst()
                .ifPresentOrElse(
                        found -> answer(request, LiveJson.replica(found)),
                        () -> request.fail(unknown(
                                "replica",
                                id,
                                replicas.stream().map(LiveReplica::id).toList())));
    }

    private static ApiError unknown(String what, String id, Collection<String> known) {
        var shown = id.length() <= 100 ? id : id.substring(0, 100) + "…";
        return ApiError.refused(
                404, "there is no " + what + " \"" + shown + "\"" + Nearest.hint(shown, known), "not_found");
    }

    private static void list(ApiRequest request, Stream<? extends JsonNode> rows) {
        var json = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = json.putArray("data");
        rows.forEach(data::add);
        answer(request, json);
    }

    private static void answer(ApiRequest request, JsonNode json) {
        request.answer(200, "application/json", Buffer.buffer(json.toString()));
    }
}
