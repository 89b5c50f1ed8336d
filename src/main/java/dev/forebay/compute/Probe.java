package dev.forebay.compute;

import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.codec.BodyCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One question whether a replica can serve; it wakes the one who asked when the answer is there. */
final class Probe {
    private volatile @Nullable String answer;

    Probe(WebClient client, int port, String path, Duration patience, Pause asking) {
        client.get(port, "127.0.0.1", path)
                .timeout(patience.toMillis())
                .as(BodyCodec.none())
                .send()
                .onComplete(done -> {
                    if (done.failed()) {
                        answer = String.valueOf(done.cause().getMessage());
                    } else if (done.result().statusCode() == 200) {
                        answer = "";
                    } else {
                        answer = "status " + done.result().statusCode();
                    }
                    asking.wake();
                });
    }

    /** Null until it is there, empty if all is well, else what is wrong. */
    @Nullable
    String answer() {
        return answer;
    }
}
