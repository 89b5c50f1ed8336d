package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.ModelFailure.Broken;
import dev.forebay.chat.RetryAdvice;
import dev.forebay.routing.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param failure what the caller is told if this was the last attempt
 */
record Fault(ModelFailure failure, Retry retry) {
    /** For metrics and log, of a closed set. */
    String word() {
        return failure.word();
    }

    /** Where the turn may be tried again. */
    enum Retry {
        /** Nothing was sent: anywhere, at the same replica too. */
        ANYWHERE,
        /** It was lost with a connection that had been kept, which says nothing of the replica: anywhere. */
        ON_ANOTHER_CONNECTION,
        /** It was sent, and may have had its effect there: at another replica only. */
        ELSEWHERE,
        /** At another replica, but once in a turn. */
        ELSEWHERE_ONCE,
        NOWHERE
    }

    static Fault unreachable(String nodepool, Throwable cause) {
        return new Fault(
                new Broken(
                        Broken.How.UNREACHABLE,
                        "cannot connect to a model server of nodepool " + nodepool + "; is it running?",
                        cause),
                Retry.ANYWHERE);
    }

    /** The connection broke before anything of an answer could be used. */
    static Fault cut(@Nullable Throwable cause) {
        return new Fault(brokeOff(cause), Retry.ELSEWHERE);
    }

    /**
     * A connection that had served before ended and gave nothing for this request. The server is taken to have closed it
     * before the request came, although it may have gone down over it: a model turn changes nothing there, so that a
     * second one does no harm.
     */
    static Fault lost(@Nullable Throwable cause) {
        return new Fault(brokeOff(cause), Retry.ON_ANOTHER_CONNECTION);
    }

    /** The connection broke in a whole answer, nothing of which had been passed on. */
    static Fault cutWhileHeld(@Nullable Throwable cause) {
        return new Fault(brokeOff(cause), Retry.ELSEWHERE_ONCE);
    }

    static Fault silent(String message) {
        return new Fault(new ModelFailure.TimedOut(message), Retry.NOWHERE);
    }

    /** An answer that cannot be understood. */
    static Fault broken(String message, @Nullable Throwable cause) {
        return new Fault(new Broken(message, cause), Retry.NOWHERE);
    }

    /** A status that is neither an answer nor a refusal: a redirection, or an interim one that nothing asked for. */
    static Fault noAnswer(int status) {
        return broken(
                "the model server answered with status " + status
                        + ", which is no answer; is its base_url right, with /v1 at the end?",
                null);
    }

    static Fault refused(int status, String body, RetryAdvice retry) {
        return new Fault(
                new ModelFailure.Refused(status, body, retry),
                isBusy(status) || (status >= 502 && status <= 504) ? Retry.ELSEWHERE : Retry.NOWHERE);
    }

    /** Too much to do, or, as single-model servers say by 409, occupied by something else: another one may be free. */
    private static boolean isBusy(int status) {
        return status == 409 || status == 429;
    }

    /** An error object under status 200. Its code is taken as the status if it is one. */
    static Fault inBody(byte[] body) {
        var code = StreamFacts.parse(body).path("error").path("code").asInt(0);
        return refused(
                code >= 400 && code <= 599 ? code : 502, new String(body, StandardCharsets.UTF_8), RetryAdvice.NONE);
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
                new Broken(Broken.How.INTERNAL, "the gateway failed while it passed the answer on", cause),
                Retry.NOWHERE);
    }

    /** Every connection that this event loop may have to the replica is in use. */
    static Fault noConnection(int connectionsMax) {
        return new Fault(
                new ModelFailure.Overloaded(
                        "all " + connectionsMax + " connections to the model server are in use; try again",
                        Duration.ofSeconds(1)),
                Retry.ANYWHERE);
    }

    boolean mayRetryAtTheSame() {
        return retry == Retry.ANYWHERE || retry == Retry.ON_ANOTHER_CONNECTION;
    }

    /** How long the replica asked to be left alone. */
    Optional<Duration> pause() {
        return failure instanceof ModelFailure.Refused refused && (refused.status() == 429 || refused.status() == 503)
                ? refused.retry().after()
                : Optional.empty();
    }

    /** What the attempt showed of its replica. */
    Lease.Ended verdict() {
        return switch (failure) {
            case ModelFailure.Refused r when isBusy(r.status()) -> Lease.Ended.BUSY;
            case ModelFailure.Refused r when r.status() < 500 -> Lease.Ended.SERVED;
            case ModelFailure.Overloaded _ -> Lease.Ended.UNKNOWN;
            case Broken _ when retry == Retry.ON_ANOTHER_CONNECTION -> Lease.Ended.UNKNOWN;
            case Broken b when b.how() == Broken.How.UNREACHABLE -> Lease.Ended.UNREACHABLE;
            case Broken b when b.how() == Broken.How.CUT && retry == Retry.ELSEWHERE -> Lease.Ended.UNREACHABLE;
            default -> Lease.Ended.FAILED;
        };
    }

    private static ModelFailure brokeOff(@Nullable Throwable cause) {
        return new Broken(Broken.How.CUT, "the model server broke off before its answer was complete", cause);
    }
}
