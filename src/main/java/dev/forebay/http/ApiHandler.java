package dev.forebay.http;

/** Serves a request of a known caller whose body has been read. Called on the request's event loop; must not block. */
@FunctionalInterface
public interface ApiHandler {
    void handle(ApiRequest request);
}
