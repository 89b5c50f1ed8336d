package dev.forebay.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.config.Nearest;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.Edge;
import dev.forebay.routing.LiveNodepool.Admission;
import dev.forebay.routing.Operator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What operators do: posts to {@code .../ID/ACTION}. Each is answered with the new state of what it was done to. */
final class OperatorRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SCALE_KEYS = List.of("nodepool", "replicas");

    private final Vertx vertx;
    private final Operator operator;
    private final Views views;

    OperatorRoutes(Vertx vertx, Operator operator, Views views) {
        this.vertx = vertx;
        this.operator = operator;
        this.views = views;
    }

    void addTo(Edge edge) {
        edge.control(
                HttpMethod.POST, "/deployments/*", request -> deployment(request, Target.of(request, "/deployments/")));
        edge.control(HttpMethod.POST, "/nodepools/*", request -> nodepool(request, Target.of(request, "/nodepools/")));
        edge.control(HttpMethod.POST, "/replicas/*", request -> replica(request, Target.of(request, "/replicas/")));
    }

    /** The last part of the path is the action; ids may have slashes. */
    private record Target(String id, String action) {
        static Target of(ApiRequest request, String prefix) {
            var path = request.pathAfter(prefix);
            var slash = path.lastIndexOf('/');
            return slash < 0 ? new Target(path, "") : new Target(path.substring(0, slash), path.substring(slash + 1));
        }
    }

    private void deployment(ApiRequest request, Target target) {
        var id = target.id();
        switch (target.action()) {
            case "disable" -> change(request, id, views::deployment, by -> operator.enable(id, false, by));
            case "enable" -> change(request, id, views::deployment, by -> operator.enable(id, true, by));
            case "scale" -> change(request, id, views::deployment, by -> scale(id, request, by));
            case "reset" -> change(request, id, views::deployment, by -> operator.reset(id, by));
            default -> unknown(request, "a deployment", "disable, enable, scale and reset");
        }
    }

    private void nodepool(ApiRequest request, Target target) {
        var id = target.id();
        switch (target.action()) {
            case "cordon" -> admit(request, id, Admission.CORDONED);
            case "uncordon" -> admit(request, id, Admission.OPEN);
            case "drain" -> admit(request, id, Admission.DRAINING);
            default -> unknown(request, "a nodepool", "cordon, uncordon and drain");
        }
    }

    private void admit(ApiRequest request, String id, Admission admission) {
        change(request, id, views::nodepool, by -> operator.admit(id, admission, by));
    }

    private void replica(ApiRequest request, Target target) {
        var id = target.id();
        switch (target.action()) {
            case "cordon" -> change(request, id, views::replica, by -> operator.cordon(id, true, by));
            case "uncordon" -> change(request, id, views::replica, by -> operator.cordon(id, false, by));
            case "drain" -> drain(request, id);
            default -> unknown(request, "a replica", "cordon, uncordon and drain");
        }
    }

    /** One that is idle may be gone before its state is looked at again. */
    private void drain(ApiRequest request, String id) {
        var before = views.replicas().get(id);
        change(request, id, _ -> views.replicas().getOrDefault(id, stopped(before)), by -> operator.drain(id, by));
    }

    private static ObjectNode stopped(@Nullable ObjectNode before) {
        return (before == null ? JsonNodeFactory.instance.objectNode() : before.deepCopy()).put("state", "stopped");
    }

    private void scale(String id, ApiRequest request, String by) {
        var body = body(request);
        var wrong = body.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !SCALE_KEYS.contains(key))
                .findFirst();
        if (wrong.isPresent()) {
            throw new IllegalArgumentException(
                    wrong.get() + ": no such member" + Nearest.hint(wrong.get(), SCALE_KEYS));
        }
        if (!body.path("nodepool").isTextual()) {
            throw new IllegalArgumentException("nodepool: need the id of one of the deployment's nodepools");
        }
        if (!body.path("replicas").isInt()) {
            throw new IllegalArgumentException("replicas: need a whole number");
        }
        operator.scale(id, body.path("nodepool").asText(), body.path("replicas").asInt(), by);
    }

    private static ObjectNode body(ApiRequest request) {
        try {
            if (JSON.readTree(request.body().getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalArgumentException("need a JSON object such as {\"nodepool\": \"gpu\", \"replicas\": 2}");
    }

    private void change(ApiRequest request, String id, Function<String, ObjectNode> view, Consumer<String> change) {
        var by = request.caller().keyId();
        Answers.blocking(vertx, request, () -> {
            change.accept(by);
            return view.apply(id);
        });
    }

    private static void unknown(ApiRequest request, String what, String actions) {
        request.fail(ApiError.refused(
                404, what + " takes POST at .../ID/ACTION, and the actions are " + actions, "unknown_action"));
    }
}
