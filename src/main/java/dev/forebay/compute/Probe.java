package dev.forebay.compute;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** One question whether a replica can serve; it wakes the one who asked when the answer is there. */
final class Probe {
    private volatile @Nullable String answer;

    private Probe(HttpRequest<Buffer> request, IntPredicate good, Duration patience, Pause asking) {
        request.timeout(patience.toMillis()).as(BodyCodec.none()).send().onComplete(done -> {
            if (done.failed()) {
                answer = String.valueOf(done.cause().getMessage());
            } else if (good.test(done.result().statusCode())) {
                answer = "";
            } else {
                answer = "status " + done.result().statusCode();
            }
            asking.wake();
        });
    }

    static WebClientOptions options(Pace pace) {
        return new WebClientOptions()
                .setUserAgent("forebay-probe")
                .setFollowRedirects(false)
                .setKeepAlive(false)
                .setConnectTimeout((int) pace.answer().toMillis());
    }

    /**
     * What is wrong with the answer; empty if all is well. Blocks.
     *
     * @param over ends the waiting early
     */
    static String ask(
            WebClient client,
            Endpoint at,
            String path,
            @Nullable String bearer,
            IntPredicate good,
            Duration patience,
            Pause pause,
            BooleanSupplier over) {
        var request = client.get(at.port(), at.host(), path).ssl(at.tls());
        if (bearer != null) {
            request.bearerTokenAuthentication(bearer);
        }
        var probe = new Probe(request, good, patience, pause);
        // The client keeps its own time; the longer wait is for the case that it does not.
        pause.await(patience.multipliedBy(2), () -> probe.answer != null || over.getAsBoolean());
        var answer = probe.answer;
        return answer == null ? "no answer" : answer;
    }
}
