package dev.forebay;

import dev.forebay.simulation.Scenario;
import dev.forebay.simulation.Simulation;
import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forebay simulate}: what a deployment would do under a load, by the rules of production in virtual time. */
@Command(
        name = "simulate",
        description = "Show what a deployment would do under a load: waits, replicas, shares of its nodepools.",
        footer = {
            "",
            "Lengths of time are written 250ms, 30s, 5m or 2h. Nothing is started, and no request is sent.",
            "  forebay simulate config/forebay.yaml --rate 60 --duration 1h --service-seconds 2",
            "  forebay simulate deployment_config.yaml --slots 8 --rates 20@5m,60@10m --cold-start gpu=90s"
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    private static final int COLUMNS = 100;

    @Parameters(
            paramLabel = "FILE",
            description = "A forebay.yaml, or Clarifai's deployment_config.yaml or its folder.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--model", paramLabel = "MODEL", description = "Which model; may be left out if there is one only.")
    private @Nullable String model;

    @Option(names = "--rate", paramLabel = "N", description = "Requests a second, Poisson arrivals.")
    private @Nullable String rate;

    @Option(names = "--duration", paramLabel = "TIME", description = "How long they come at that rate; 1h by default.")
    private @Nullable String duration;

    @Option(
            names = {"--rates", "--step"},
            paramLabel = "N@TIME,...",
            description = "Rates that follow each other, instead of --rate and --duration.")
    private @Nullable String rates;

    @Option(
            names = "--service-seconds",
            paramLabel = "[NODEPOOL=]N",
            description = "How long a request is served on average (exponentially distributed); 2 by default.")
    private List<String> service = List.of();

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Tokens of an answer on average, instead of --service-seconds; with --tokens-per-second.")
    private @Nullable String tokens;

    @Option(
            names = "--tokens-per-second",
            paramLabel = "[NODEPOOL=]N",
            description = "What one request gets of a replica; 50 by default.")
    private List<String> tokensPerSecond = List.of();

    @Option(
            names = "--cold-start",
            paramLabel = "[NODEPOOL=]TIME",
            description = "Of a replica, from half to one and a half times that; 60s by default.")
    private List<String> coldStart = List.of();

    @Option(
            names = "--slots",
            paramLabel = "[NODEPOOL=]N",
            description = "Requests at once at one replica; by default what the file says.")
    private List<String> slots = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run; 1 by default.")
    private long seed = 1;

    @Option(names = "--json", description = "Print JSON instead of tables.")
    private boolean json;

    @Option(
            names = "--plot",
            negatable = true,
            description = "Draw queue, replicas and shares over time; by default at a terminal only.")
    private @Nullable Boolean plot;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var surroundings = Surroundings.ofThisProcess();
        var scenario = scenario(SimulatedFile.read(file, model, surroundings.environment()));
        var outcome = Simulation.run(scenario, seed);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(SimulationJson.of(scenario, seed, outcome));
        } else {
            new SimulationReport(scenario, seed, outcome).print(out);
            if (plot == null ? isTerminal() : plot) {
                new SimulationPlot(scenario, outcome, COLUMNS).print(out);
            }
        }
        out.flush();
        return 0;
    }

    private Scenario scenario(SimulatedFile chosen) {
        var arguments = new SimulateArguments(chosen.deployment().nodepoolIds());
        return new Scenario(
                chosen.deployment(),
                arguments.capacities(chosen.capacities(), slots),
                arguments.behaviours(coldStart, service, tokens, tokensPerSecond),
                arguments.load(rate, duration, rates),
                Scenario.Clients.PATIENT,
                Scenario.Faults.NONE);
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
