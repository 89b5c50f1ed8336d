package dev.forebay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay doctor}: what would keep a gateway from starting here, and which engines it could use. */
@Command(
        name = "doctor",
        description =
                "Check what commonly goes wrong, and find engines that run already; exit 1 if something is wrong.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration; config/forebay.yaml by default.")
    private @Nullable Path file;

    @Option(
            names = "--engine-port",
            paramLabel = "PORT",
            description = "Where to look for an engine beside the usual ports; may be repeated.")
    private List<Integer> enginePorts = new ArrayList<>();

    @Option(names = "--json", description = "Print everything as JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        var surroundings = Surroundings.ofThisProcess();
        var ports = new ArrayList<>(EngineSearch.USUAL_PORTS);
        enginePorts.stream().filter(port -> !ports.contains(port)).forEach(ports::add);
        var path = Up.file(file, surroundings);
        var findings = new Doctor(path, surroundings, ports).examine();
        print(findings, path, ports, json, spec.commandLine().getOut());
        return findings.isWell() ? 0 : 1;
    }

    static void print(Doctor.Findings findings, Path file, List<Integer> ports, boolean json, PrintWriter out)
            throws IOException {
        if (json) {
            out.println(asJson(findings));
        } else {
            asText(findings, file, ports, out);
        }
        out.flush();
    }

    private static String asJson(Doctor.Findings findings) throws IOException {
        var root = JSON.createObjectNode();
        root.put("well", findings.isWell());
        var checks = root.putArray("checks");
        for (var check : findings.checks()) {
            checks.addObject()
                    .put("name", check.name())
                    .put("status", check.status().name().toLowerCase(Locale.ROOT))
                    .put("detail", check.detail());
        }
        var engines = root.putArray("engines");
        for (var engine : findings.engines()) {
            var each = engines.addObject()
                    .put("engine", engine.name())
                    .put("base_url", engine.baseUrl().toString());
            engine.models().forEach(each.putArray("models")::add);
            engine.slots().ifPresent(slots -> each.put("slots", slots));
            engine.probePath().ifPresent(path -> each.put("probe_path", path));
            findings.paste().nodepool(engine).forEach(each.putArray("nodepools")::add);
            engine.notes().forEach(each.putArray("notes")::add);
        }
        root.put("paste", findings.paste().yaml());
        return JSON.writeValueAsString(root);
    }

    private static void asText(Doctor.Findings findings, Path file, List<Integer> ports, PrintWriter out) {
        for (var check : findings.checks()) {
            var mark = check.status() == Check.Status.OK
                    ? "ok    "
                    : check.status() == Check.Status.NOTE ? "note  " : "FAILED";
            out.println(mark + "  " + check.name() + ": "
                    + check.detail().indent(10).strip());
        }
        if (findings.engines().isEmpty()) {
            out.println("No engine answers at the ports "
                    + ports.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " of this machine.");
        }
        for (var engine : findings.engines()) {
            var nodepools = findings.paste().nodepool(engine).collect(Collectors.joining(", "));
            out.println("found   " + engine.name() + " at " + engine.baseUrl() + ": "
                    + (engine.models().isEmpty() ? "no model" : String.join(", ", engine.models()))
                    + (nodepools.isEmpty() ? "" : " (configured as " + nodepools + ")"));
            engine.notes().forEach(note -> out.println("          " + note));
        }
        if (!findings.paste().isEmpty()) {
            out.println("To use what was found, add these lines to the blocks nodepools and models of " + file + ":");
            out.println();
            out.print(findings.paste().yaml());
        }
    }
}
