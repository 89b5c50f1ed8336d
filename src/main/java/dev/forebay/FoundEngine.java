package dev.forebay;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model server that answers on this machine.
 *
 * @param name as its makers write it
 * @param id what a nodepool of it may be called
 * @param models that it serves, by its own names
 * @param slots requests that it works on at once, if it tells
 * @param probePath answers 2xx while it is well
 * @param notes what else one should know before using it
 */
record FoundEngine(
        String name,
        String id,
        int port,
        List<String> models,
        OptionalInt slots,
        Optional<String> probePath,
        List<String> notes) {
    FoundEngine {
        models = List.copyOf(models);
        notes = List.copyOf(notes);
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port + "/v1");
    }
}
