package dev.forebay.http;

import dev.forebay.access.Caller;
import dev.forebay.access.Keys;
import dev.forebay.access.Refusal;
import dev.forebay.http.EdgeObserver.AuthFailure;
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
    private final Keys keys;

    Authentication(Keys keys) {
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
        var token = authorization.substring(space + 1).strip();
        var known = keys.authenticate(token);
        return known.isPresent() ? new Outcome.Known(known.get()) : refused(keys.whyRefused(token));
    }

    private static Outcome refused(Refusal refusal) {
        return switch (refusal) {
            case MISTYPED -> failed(AuthFailure.MISTYPED, "this API key is mistyped or cut off: its checksum is wrong");
            case UNKNOWN ->
                failed(
                        AuthFailure.UNKNOWN,
                        "this API key is not known to this gateway; its first keys are in files in the data folder");
            case EXPIRED -> failed(AuthFailure.EXPIRED, "this API key has expired; ask for a new one");
            case REVOKED -> failed(AuthFailure.REVOKED, "this API key was revoked; ask for a new one");
        };
    }

    private static boolean isScheme(String authorization, int length) {
        return (length == 6 && authorization.regionMatches(true, 0, "Bearer", 0, 6))
                || (length == 3 && authorization.regionMatches(true, 0, "Key", 0, 3));
    }

    private static Outcome failed(AuthFailure reason, String message) {
        return new Outcome.Failed(reason, ApiError.unauthenticated(message));
    }
}
