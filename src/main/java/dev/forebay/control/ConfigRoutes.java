package dev.forebay.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.Edge;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.function.Supplier;

/** {@code /api/v1/config}: what is in effect, what has changed in the files, and its taking effect. */
public final class ConfigRoutes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Vertx vertx;
    private final Reload reload;

    public ConfigRoutes(Vertx vertx, Reload reload) {
        this.vertx = vertx;
        this.reload = reload;
    }

    public void addTo(Edge edge) {
        edge.control(HttpMethod.GET, "/config", request -> answer(request, this::inEffect));
        edge.control(HttpMethod.GET, "/config/changes", request -> answer(request, () -> json(reload.compare())));
        edge.control(HttpMethod.POST, "/config/reload", request -> answer(request, () -> json(reload.reload())));
    }

    private ObjectNode inEffect() {
        var json = JSON.objectNode();
        var settings = json.putObject("settings");
        reload.inEffect().texts().forEach(settings::put);
        return json;
    }

    private static ObjectNode json(Reload.Outcome outcome) {
        var json = JSON.objectNode();
        var changes = json.putArray("changes");
        for (var change : outcome.changes()) {
            var row = changes.addObject().put("path", change.path());
            row.put("before", change.before().orElse(null))
                    .put("after", change.after().orElse(null));
        }
        var restart = json.putArray("restart_needed");
        outcome.restartNeeded().forEach(restart::add);
        return json;
    }

    /** Files are read on a thread of their own. */
    private void answer(ApiRequest request, Supplier<JsonNode> work) {
        Answers.blocking(vertx, request, work);
    }
}
