package dev.forebay;

import dev.forebay.cli.Failure;
import dev.forebay.cli.Verbs;
import dev.forebay.config.ConfigException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the program: the verbs that run in this process, and those that talk to one that runs. */
@Command(
        name = "forebay",
        description = "A self-hosted inference gateway with an agent loop.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            UpCommand.class,
            ConfigCommand.class,
            SimulateCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            ServeMcpCommand.class
        })
public final class Main implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(
                Up.plainly(args).map(Main::run).orElseGet(() -> commandLine().execute(args)));
    }

    private static int run(Up up) {
        try {
            return up.run(new PrintWriter(System.out, true, System.out.charset()));
        } catch (InterruptedException | RuntimeException e) {
            System.err.println(message(e));
            return exitCode(e);
        }
    }

    static CommandLine commandLine() {
        return commandLine(new Verbs(System.getenv(), Surroundings.homeOfThisProcess()));
    }

    static CommandLine commandLine(Verbs verbs) {
        var program = new CommandLine(new Main());
        verbs.addTo(program);
        return program.setExecutionExceptionHandler((e, commandLine, _) -> {
                    commandLine.getErr().println(commandLine.getColorScheme().errorText(message(e)));
                    return exitCode(e);
                })
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return CommandLine.ExitCode.USAGE;
    }

    private static int exitCode(Exception e) {
        var usage = e instanceof ConfigException
                || (e instanceof Failure failed && failed.isUsage())
                || (e instanceof StartFailure failure && failure.isUsage());
        return usage ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }

    /** What users are to act on comes as a message; only what none of us foresaw shows where it happened. */
    private static String message(Exception e) {
        return switch (e) {
            case ConfigException wrong -> String.valueOf(wrong.getMessage());
            case StartFailure failure -> "forebay: " + failure.getMessage();
            case Failure failure -> "forebay: " + failure.getMessage();
            default -> {
                var trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                yield "forebay: failed by a fault of its own; please report it\n" + trace;
            }
        };
    }

    /** As the jar's manifest says; classes that come in no jar have none. */
    static String version() {
        var version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"forebay " + version()};
        }
    }
}
