package dev.forebay.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** All values of all windows, for whoever wants to compare runs. */
final class FiguresJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FiguresJson() {}

    static String of(Machine machine, Plan plan, Figures figures) throws JsonProcessingException {
        var all = JSON.createObjectNode();
        all.putPOJO("machine", machine);
        all.put("windows", plan.windows())
                .put("window_millis", plan.window().toMillis())
                .put("starts", plan.starts());
        var rows = all.putArray("rows");
        for (var row : Row.values()) {
            var one = rows.addObject().put("figure", row.title).put("unit", row.unit);
            var values = one.putObject("values");
            for (var target : figures.targets()) {
                if (!figures.of(row, target).isEmpty()) {
                    var windows = values.putArray(target);
                    figures.of(row, target).forEach(windows::add);
                }
            }
        }
        var promises = all.putArray("promises");
        for (var promise : Promise.ALL) {
            var one = promises.addObject()
                    .put("figure", promise.row().title)
                    .put("of", promise.of())
                    .put("must", promise.bound(promise.must()))
                    .put("goal", promise.bound(promise.goal()))
                    .put("verdict", promise.verdict(figures));
            promise.measured(figures).ifPresent(value -> one.put("measured", value));
        }
        var notes = all.putArray("notes");
        figures.notes().forEach(notes::add);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    }
}
