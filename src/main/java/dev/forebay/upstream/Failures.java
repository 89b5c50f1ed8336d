package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What engines say when something is wrong, made sense of. */
final class Failures {
    private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.US_ASCII);

    private Failures() {}

    /** An error object under status 200. Its code is taken as the status if it is one. */
    static ModelFailure.Refused inBody(byte[] body) {
        var code = StreamFacts.parse(body).path("error").path("code").asInt(0);
        return new ModelFailure.Refused(
                code >= 400 && code <= 599 ? code : 502, new String(body, StandardCharsets.UTF_8), Optional.empty());
    }

    static ModelFailure noJson(String body) {
        var kind = body.stripLeading().startsWith("<") ? "HTML" : "something that is no whole JSON object";
        return new ModelFailure.Broken(
                "the model server answered with " + kind + "; is its base_url right, with /v1 at the end?", null);
    }

    /** A stream was asked for and something else came, with status 200. */
    static ModelFailure noStream(byte[] body) {
        var scan = AnswerScan.of(body);
        if (scan.isError()) {
            return inBody(body);
        }
        return scan.isWhole()
                ? new ModelFailure.Broken("the model server does not stream: it sent a whole answer instead", null)
                : noJson(new String(body, StandardCharsets.UTF_8));
    }

    /** Usage near the end of an answer that was too large to be held. */
    static Usage usageInTail(byte[] tail) {
        var last = -1;
        for (var at = Frame.indexOf(tail, 0, tail.length, USAGE); at >= 0; ) {
            last = at;
            at = Frame.indexOf(tail, at + 1, tail.length, USAGE);
        }
        if (last < 0) {
            return Usage.NONE;
        }
        var open = last + USAGE.length;
        while (open < tail.length && tail[open] != '{') {
            open++;
        }
        return Usage.from(StreamFacts.parse(Arrays.copyOfRange(tail, Math.min(open, tail.length), tail.length)))
                .orElse(Usage.NONE);
    }

    /** The outcome's word in metrics and log: a closed set. */
    static String word(ModelFailure failure) {
        return failure.word();
    }
}
