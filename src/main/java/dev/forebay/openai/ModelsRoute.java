package dev.forebay.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.ModelFailure;
import dev.forebay.config.Nearest;
import dev.forebay.http.ApiRequest;
import dev.forebay.routing.ModelNames;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** {@code GET /v1/models} and {@code /v1/models/{id}}: exactly what can be called. */
final class ModelsRoute {
    private final ModelNames names;
    private final Map<String, ServedModel> models;

    ModelsRoute(ModelNames names, Map<String, ServedModel> models) {
        this.names = names;
        this.models = models;
    }

    void list(ApiRequest request) {
        var json = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = json.putArray("data");
        names.all().forEach(name -> data.add(entry(name)));
        request.answer(200, "application/json", Buffer.buffer(json.toString()));
    }

    void one(ApiRequest request) {
        var name = request.pathAfter("/models/");
        if (names.resolve(name).isEmpty()) {
            ErrorAnswer.of(unknown(name, names)).to(request);
        } else {
            request.answer(200, "application/json", Buffer.buffer(entry(name).toString()));
        }
    }

    static ModelFailure.UnknownModel unknown(String name, ModelNames names) {
        var shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
        return new ModelFailure.UnknownModel("there is no model \"" + shown + "\"" + Nearest.hint(shown, names.all())
                + " (GET /v1/models lists all)");
    }

    private ObjectNode entry(String name) {
        var model = names.resolve(name).map(models::get).orElseThrow();
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", model.created())
                .put("owned_by", "forebay");
    }
}
