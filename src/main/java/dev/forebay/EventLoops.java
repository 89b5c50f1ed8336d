package dev.forebay;

import dev.forebay.http.ServerSettings;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that serve connections, on the transport that the configuration asks for or, where it is refused, on another. */
final class EventLoops {
    /** Nothing is served from files, so that no folder for copies of them need be made, and be left by a crash. */
    static final FileSystemOptions NO_FILES =
            new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);

    private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

    private EventLoops() {}

    static Vertx start(int count, ServerSettings.Transport wanted) {
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(count).setFileSystemOptions(NO_FILES))
                .withTransport(
                        switch (wanted) {
                            case AUTO -> auto();
                            case EPOLL -> orAuto(Transport.EPOLL, "epoll");
                            case IO_URING -> orAuto(Transport.IO_URING, "io_uring");
                            case NIO -> Transport.NIO;
                        })
                .build();
    }

    /**
     * A context on each event loop. Verticles cannot be told which loop is theirs, and two of them may come to be on one
     * while another loop idles.
     */
    static List<Context> contexts(Vertx vertx) {
        var known = (VertxInternal) vertx;
        return StreamSupport.stream(known.nettyEventLoopGroup().spliterator(), false)
                .<Context>map(loop ->
                        known.contextBuilder().withEventLoop((EventLoop) loop).build())
                .toList();
    }

    /** @param wanted null where its library is not there for this machine */
    static Transport orAuto(@Nullable Transport wanted, String name) {
        if (wanted != null && wanted.available()) {
            return wanted;
        }
        var instead = auto();
        log.atWarn()
                .addKeyValue("wanted", name)
                .addKeyValue("used", instead.name())
                .addKeyValue("reason", wanted == null ? "no library for this machine" : reason(wanted))
                .log("this machine refuses the transport that the configuration asks for");
        return instead;
    }

    private static Transport auto() {
        var best = Transport.nativeTransport();
        return best != null && best.available() ? best : Transport.NIO;
    }

    /** Around the reason there is only which class could not be made. */
    private static String reason(Transport refused) {
        Throwable cause = refused.unavailabilityCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? "none given" : String.valueOf(cause.getMessage());
    }
}
