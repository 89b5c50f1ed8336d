package dev.forebay.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.compute.Nodepool;
import dev.forebay.http.Edge;
import dev.forebay.routing.ModelNames;
import dev.forebay.routing.Operator;
import dev.forebay.routing.Router;
import dev.forebay.routing.UnknownName;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control API, below {@code /api/v1}: what the gateway is doing. Lists are objects with one array, as the OpenAI API has
 * them. docs/reference/control-api.md describes each route.
 */
public final class ControlRoutes {
    /**
     * What all event loops share.
     *
     * @param names by the configuration in effect
     * @param nodepools the same, by id
     */
    public record Parts(
            Router router, Operator operator, Supplier<ModelNames> names, Supplier<Map<String, Nodepool>> nodepools) {}

    private final Vertx vertx;
    private final Parts parts;
    private final Views views;

    public ControlRoutes(Vertx vertx, Parts parts) {
        this.vertx = vertx;
        this.parts = parts;
        this.views = new Views(parts.router(), parts.nodepools());
    }

    public void addTo(Edge edge) {
        show(edge, "/deployments", () -> views.deployments(views.live()), views::deployment);
        show(edge, "/nodepools", views::nodepools, views::nodepool);
        show(edge, "/replicas", views::replicas, views::replica);
        edge.control(
                HttpMethod.GET,
                "/overrides",
                request -> Answers.blocking(
                        vertx,
                        request,
                        () -> Answers.list(parts.operator().overrides().stream()
                                .map(LiveJson::override)
                                .toList())));
        edge.control(HttpMethod.GET, "/route/explain", request -> {
            Answers.now(request, () -> explained(request.http().getParam("model")));
        });
        new OperatorRoutes(vertx, parts.operator(), views).addTo(edge);
    }

    private static void show(
            Edge edge, String path, Supplier<Map<String, ObjectNode>> all, Function<String, ObjectNode> one) {
        edge.control(
                HttpMethod.GET,
                path,
                request -> Answers.now(request, () -> Answers.list(all.get().values())));
        edge.control(
                HttpMethod.GET,
                path + "/*",
                request -> Answers.now(request, () -> one.apply(request.pathAfter(path + "/"))));
    }

    private ObjectNode explained(@Nullable String model) {
        if (model == null || model.isEmpty()) {
            throw new IllegalArgumentException("need a model: /api/v1/route/explain?model=NAME");
        }
        var names = parts.names().get();
        var deployment = names.resolve(model).orElseThrow(() -> new UnknownName("model", model, names.all()));
        return views.explained(model, deployment);
    }
}
