package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.routing.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param failure what the caller is told if this was the last attempt
 * @param word for metrics and log, of a closed set
 */
record Fault(ModelFailure failure, Retry retry, String word) {
    /** Where the turn may be tried again. */
    enum Retry {
        /** Nothing was sent: anywhere, at the same replica too. */
        ANYWHERE,
        /** It was sent, and may have had its effect there: at another replica only. */
        ELSEWHERE,
        /** At another replica, but once in a turn. */
        ELSEWHERE_ONCE,
        NOWHERE
    }

    static Fault unreachable(String nodepool, Throwable cause) {
        return new Fault(
                new ModelFailure.Broken(
                        "cannot connect to a model server of nodepool " + nodepool + "; is it running?", cause),
                Retry.ANYWHERE,
                "upstream_unreachable");
    }

    /** The connection broke before anything of an answer could be used. */
    static Fault cut(@Nullable Throwable cause) {
        return new Fault(brokeOff(cause), Retry.ELSEWHERE, "upstream_cut");
    }

    /** The connection broke in a whole answer, nothing of which had been passed on. */
    static Fault cutWhileHeld(@Nullable Throwable cause) {
        return new Fault(brokeOff(cause), Retry.ELSEWHERE_ONCE, "upstream_cut");
    }

    static Fault silent(String message) {
        return new Fault(new ModelFailure.TimedOut(message), Retry.NOWHERE, "timeout");
    }

    /** An answer that cannot be understood. */
    static Fault broken(String message, @Nullable Throwable cause) {
        return new Fault(new ModelFailure.Broken(message, cause), Retry.NOWHERE, "upstream_broken");
    }

    /** A status that is neither an answer nor a refusal: a redirection, or an interim one that nothing asked for. */
    static Fault noAnswer(int status) {
        return broken(
                "the model server answered with status " + status
                        + ", which is no answer; is its base_url right, with /v1 at the end?",
                null);
    }

    static Fault refused(int status, String body, Map<String, String> retryHeaders) {
        return new Fault(
                new ModelFailure.Refused(status, body, retryHeaders),
                status == 429 || (status >= 502 && status <= 504) ? Retry.ELSEWHERE : Retry.NOWHERE,
                status >= 400 && status < 500 ? "upstream_4xx" : "upstream_5xx");
    }

    /** An error object under status 200. Its code is taken as the status if it is one. */
    static Fault inBody(byte[] body) {
        var code = StreamFacts.parse(body).path("error").path("code").asInt(0);
        return refused(code >= 400 && code <= 599 ? code : 502, new String(body, StandardCharsets.UTF_8), Map.of());
    }

    static Fault noJson(String body) {
        var kind = body.stripLeading().startsWith("<") ? "HTML" : "something that is no whole JSON object";
        return broken("the model server answered with " + kind + "; is its base_url right, with /v1 at the end?", null);
    }

    /** A stream was asked for and something else came, with status 200. */
    static Fault noStream(byte[] body) {
        var scan = AnswerScan.of(body);
        if (scan.isError()) {
            return inBody(body);
        }
        return scan.isWhole()
                ? broken("the model server does not stream: it sent a whole answer instead", null)
                : noJson(new String(body, StandardCharsets.UTF_8));
    }

    /** Something in the gateway threw: our own mistake, told as such. */
    static Fault internal(RuntimeException cause) {
        return new Fault(
                new ModelFailure.Broken("the gateway failed while it passed the answer on", cause),
                Retry.NOWHERE,
                "internal");
    }

    /** Every connection that this event loop may have to the replica is in use. */
    static Fault noConnection(int connectionsMax) {
        return new Fault(
                new ModelFailure.Overloaded(
                        "all " + connectionsMax + " connections to the model server are in use; try again",
                        Duration.ofSeconds(1)),
                Retry.ANYWHERE,
                "overloaded");
    }

    /** What the attempt showed of its replica. */
    Lease.Ended verdict() {
        return switch (failure) {
            case ModelFailure.Refused r when r.status() < 500 && r.status() != 429 -> Lease.Ended.SERVED;
            case ModelFailure.Overloaded _ -> Lease.Ended.UNKNOWN;
            default -> Lease.Ended.FAILED;
        };
    }

    private static ModelFailure brokeOff(@Nullable Throwable cause) {
        return new ModelFailure.Broken("the model server broke off before its answer was complete", cause);
    }
}
