package dev.forebay;

import dev.forebay.demo.DemoServer;
import dev.forebay.demo.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay demo}: serves the demo model, which answers by rules and has no weights. */
@Command(
        name = "demo",
        description = "Serve the demo model: a rule-based stand-in that speaks the OpenAI API.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--port", paramLabel = "PORT", description = "Where to listen; 0, the default, takes a free one.")
    private int port;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var ended = new CountDownLatch(1);
        ProcessSignals.handle(_ -> ended.countDown());
        var vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(EventLoops.NO_FILES));
        var surroundings = Surroundings.ofThisProcess();
        var ids = new Ids(surroundings.random());
        var server = DemoServer.start(vertx, port, Settings.STANDARD, surroundings.clock(), () -> ids.next(""))
                .await();
        var out = spec.commandLine().getOut();
        out.println("demo model on http://127.0.0.1:" + server.port() + "/v1");
        out.flush();
        ended.await();
        server.close().await();
        vertx.close().await();
        return 0;
    }
}
