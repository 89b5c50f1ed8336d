package dev.forebay.bench;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How soon routing and scaling react over sockets and processes, the gateway in a process of its own. */
final class Routing {
    private static final Path PAGE = Path.of("docs/performance.md");
    private static final Pattern FIGURES =
            Pattern.compile("(?s)(<!-- routing: written by the benchmark -->\n).*?(<!-- end of routing -->)");
    private static final List<Integer> STEPS = List.of(500, 1000, 2000, 3000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Plan plan;
    private final Machine machine;
    private final RoutingModels models;
    private final Map<String, RoutingLine> lines = new LinkedHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private int failed;

    Routing(Plan plan, Machine machine) {
        this.plan = plan;
        this.machine = machine;
        this.models = new RoutingModels(plan.starts());
    }

    /** @return whether every request was answered */
    boolean run() throws Exception {
        Files.createDirectories(models.folder());
        try (var files = Files.list(models.folder())) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        try (var stage = new Stage();
                var load = new Load()) {
            var gateway = stage.gatewayOf("routing", models.yaml()).target();
            for (var target : List.of(stage.direct(), gateway)) {
                for (var rate : List.of(100, 500, 2000)) {
                    load.openLoop(
                            target,
                            Target.whole(Target.PLAIN),
                            rate,
                            plan.warming().dividedBy(3));
                }
            }
            for (var window = 0; window < plan.windows(); window++) {
                warm(load, gateway);
            }
            for (var start = 0; start < plan.starts(); start++) {
                cold(load, gateway, RoutingModels.cold(start));
            }
            for (var start = 0; start < plan.starts(); start++) {
                zero(load, gateway, RoutingModels.zero(start));
            }
            for (var window = 0; window < plan.windows(); window++) {
                steps(load, stage.direct(), gateway);
            }
        }
        publish();
        System.out.println(failed == 0 ? "every request was answered" : failed + " requests failed");
        return failed == 0;
    }

    /** The first nodepool has one slot: taken, all go to the second; free, all go to the first, one after the other. */
    private void warm(Load load, Target gateway) throws Exception {
        var body = Target.whole(RoutingModels.WARM);
        var requests = plan.brief() ? 50 : 1000;
        Load.Answers spilled;
        try (var taking = load.streams(gateway, new Streams.Kind(RoutingModels.WARM, 6000, 20))) {
            taking.open(1, Duration.ofMillis(1));
            begun(taking);
            awaitNodepool(gateway, RoutingModels.FAR);
            spilled = counted(load.inTurn(gateway, body, requests));
            awaitNodepool(gateway, RoutingModels.FAR);
        }
        awaitNodepool(gateway, RoutingModels.NEAR);
        var first = counted(load.inTurn(gateway, body, requests));
        for (var quantile : List.of(0.5, 0.99)) {
            note(
                    "spill to a warm nodepool: " + (quantile == 0.5 ? "median" : "p99")
                            + " above that of the first nodepool",
                    1e6 * (spilled.millis(quantile) - first.millis(quantile)),
                    -1);
        }
    }

    private void cold(Load load, Target gateway, String model) throws Exception {
        try (var taking = load.streams(gateway, new Streams.Kind(model, 6000, 20))) {
            taking.open(1, Duration.ofMillis(1));
            begun(taking);
            var sent = Moments.now();
            if (counted(load.inTurn(gateway, Target.whole(model), 1)).failed() == 0) {
                var three = models.moments(model).three();
                var holds = sent + RoutingModels.THRESHOLD_MILLIS * 1_000_000L;
                note(
                        "spill to a cold nodepool: from the rule to the start of its process",
                        three.ordered() - holds,
                        1000);
                note("spill to a cold nodepool: from its listening to its first request", between(three), 250);
            }
        }
        Thread.sleep(QUIET);
    }

    private void zero(Load load, Target gateway, String model) throws Exception {
        var own = startByHand(model);
        var sent = Moments.now();
        var answers = counted(load.inTurn(gateway, Target.whole(model), 1));
        if (answers.failed() == 0) {
            var three = models.moments(model).three();
            note("scale from zero: from the request to the start of the process", three.ordered() - sent, 10);
            note("scale from zero: from its listening to its first request", between(three), 250);
            note("scale from zero: the same process started by hand until it answers", own, -1);
            note("scale from zero: first answer, above that", answers.nanos()[0] - own, 250);
        }
        Thread.sleep(QUIET);
    }

    /** On the core that the gateway's replicas share with it. */
    private long startByHand(String model) throws Exception {
        var port = Stage.freePort();
        var file = models.folder().resolve(model + "-by-hand");
        var asked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/models"))
                .build();
        var begun = System.nanoTime();
        var command = Moments.command(file, Integer.toString(port));
        try (var process =
                Subject.start(Cores.MEASURED, models.folder().resolve(model + ".log"), false, Map.of(), command)) {
            process.await(() -> {
                try {
                    return client.send(asked, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
                } catch (java.io.IOException _) {
                    return false;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            return System.nanoTime() - begun;
        }
    }

    /** From nothing up. */
    private void steps(Load load, Target direct, Target gateway) throws Exception {
        Thread.sleep(QUIET);
        var body = Target.whole(Target.PLAIN);
        var errors = 0;
        for (var rate : STEPS) {
            var beside = load.openLoop(direct, body, rate, plan.window());
            var ours = counted(load.openLoop(gateway, body, rate, plan.window()));
            errors += ours.failed();
            note(
                    String.format("%,d requests a second: p95 above a direct connection's", rate),
                    1e6 * (ours.millis(0.95) - beside.millis(0.95)),
                    rate == 1000 ? 1 : 15);
        }
        add("0 to 3,000 requests a second in steps: requests that failed", "", errors, 0);
    }

    private static double between(Moments.Three three) {
        return three.asked() - three.listening();
    }

    private void note(String what, double nanos, double aimMillis) {
        add(what, "ms", nanos / 1e6, aimMillis);
    }

    private void add(String what, String unit, double value, double aim) {
        lines.computeIfAbsent(what, _ -> new RoutingLine(what, unit, new ArrayList<>(), aim))
                .values()
                .add(value);
    }

    private Load.Answers counted(Load.Answers answers) {
        failed += answers.failed();
        return answers;
    }

    private static void begun(Streams taking) throws Exception {
        if (!taking.await(count -> count.running() == 1, PATIENCE)) {
            throw new IllegalStateException("the first nodepool's slot could not be taken");
        }
    }

    private void awaitNodepool(Target gateway, String wanted) throws Exception {
        var until = System.nanoTime() + PATIENCE.toNanos();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + Target.PATH))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text(Target.whole(RoutingModels.WARM))));
        gateway.headers().forEach(request::header);
        while (!client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("x-forebay-nodepool")
                .orElse("")
                .equals(wanted)) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("no request came to the nodepool " + wanted);
            }
        }
    }

    private static String text(Buffer body) {
        return body.toString();
    }

    private void publish() throws Exception {
        var table = lines.values().stream().map(RoutingLine::text).collect(Collectors.joining());
        var markdown = "Measured on " + machine.line() + "; " + plan.starts() + " starts of each kind, "
                + plan.windows()
                + " times the rest, steps of " + Report.number(plan.window().toMillis() / 1000.0) + " s.\n\n"
                + RoutingLine.HEAD + table;
        System.out.println("\n" + markdown);
        Files.writeString(Path.of("target/bench/routing.md"), markdown);
        if (plan.publish()) {
            var text = Matcher.quoteReplacement("\n" + markdown + "\n");
            Files.writeString(PAGE, FIGURES.matcher(Files.readString(PAGE)).replaceFirst("$1" + text + "$2"));
        }
    }
}
