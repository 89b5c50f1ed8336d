package dev.forebay.bench;

import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * Requests of whose fate the model server tells, on one event loop: {@code GET /watched/ID/begun} is answered once the
 * request is there, {@code GET /watched/ID/gone} once its connection is closed, both with the moment as
 * {@link System#nanoTime}, which all processes of a Linux machine share.
 */
final class Watched {
    static final String WISH = "watch-";

    private static final String PATH = "/watched/";

    private final Map<String, Promise<Long>> moments = new HashMap<>();

    /** Where to ask. */
    static String path(String wish, String moment) {
        return PATH + wish + "/" + moment;
    }

    void watch(String wish, HttpServerResponse response) {
        moment(path(wish, "begun")).tryComplete(System.nanoTime());
        response.closeHandler(_ -> moment(path(wish, "gone")).tryComplete(System.nanoTime()));
    }

    /** Whether this is such a question, which then is answered in time. */
    boolean answers(HttpServerRequest request) {
        var path = request.path();
        if (!path.startsWith(PATH)) {
            return false;
        }
        moment(path).future().onSuccess(nanos -> {
            moments.remove(path);
            request.response().end(Long.toString(nanos));
        });
        return true;
    }

    private Promise<Long> moment(String path) {
        return moments.computeIfAbsent(path, _ -> Promise.promise());
    }
}
