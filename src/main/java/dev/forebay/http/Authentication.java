package dev.forebay.http;

import dev.forebay.access.Caller;
import dev.forebay.http.EdgeObserver.AuthFailure;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the caller by {@code authorization: Bearer KEY}, or {@code Key KEY} as Clarifai's clients send it. */
final class Authentication {
    sealed interface Outcome {
        record Known(Caller caller) implements Outcome {}

        record Failed(AuthFailure reason, ApiError error) implements Outcome {}
    }

    private static final Outcome MISSING = failed(
            AuthFailure.MISSING,
            "no API key; send the header \"authorization: Bearer KEY\" (the key files are in the data folder)");
    private static final Outcome MALFORMED =
            failed(AuthFailure.MALFORMED, "the authorization header must be \"Bearer KEY\" or \"Key KEY\"");
    private static final Outcome UNKNOWN = failed(
            AuthFailure.UNKNOWN,
            "this API key is not known, has expired or was revoked; the key files are in the data" + " folder");

    private final Function<String, Optional<Caller>> keys;

    /** @param keys finds the caller of a key in memory */
    Authentication(Function<String, Optional<Caller>> keys) {
        this.keys = keys;
    }

    Outcome of(@Nullable String authorization) {
        if (authorization == null) {
            return MISSING;
        }
        var space = authorization.indexOf(' ');
        if (space < 0 || !isScheme(authorization, space)) {
            return MALFORMED;
        }
        var known = keys.apply(authorization.substring(space + 1).strip());
        return known.isPresent() ? new Outcome.Known(known.get()) : UNKNOWN;
    }

    private static boolean isScheme(String authorization, int length) {
        return (length == 6 && authorization.regionMatches(true, 0, "Bearer", 0, 6))
                || (length == 3 && authorization.regionMatches(true, 0, "Key", 0, 3));
    }

    private static Outcome failed(AuthFailure reason, String message) {
        return new Outcome.Failed(reason, ApiError.unauthenticated(message));
    }
}
