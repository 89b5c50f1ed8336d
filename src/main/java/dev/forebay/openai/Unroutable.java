package dev.forebay.openai;

import dev.forebay.http.ApiError;

/** A request's headers ask for a route that it cannot have. */
final class Unroutable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    // What is thrown here is caught a few lines on, and never written anywhere.
    private final transient ApiError error;

    Unroutable(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    ApiError error() {
        return error;
    }
}
