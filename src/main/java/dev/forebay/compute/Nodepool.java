package dev.forebay.compute;

import dev.forebay.config.Default;
import dev.forebay.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A pool of replicas of one kind: servers at given URLs, local processes that Forebay starts, or pods of a workload on
 * Kubernetes.
 *
 * @param baseUrl addresses of servers that run already, each with its {@code /v1}
 * @param command what starts one replica; {@code {port}} becomes a free port, {@code {replica}} the replica's
 *     ordinal, {@code {gpu}} its GPUs, and the program {@code forebay} this program
 * @param env added to the process's environment, which is otherwise clean; the same words are filled in
 * @param replicas how many processes or pods, from 1 to 64
 * @param apiKey sent to the servers as a bearer token
 * @param model the name that the servers know the model by; the model's id if absent
 * @param streamUsage false for engines that refuse {@code stream_options}
 * @param slots requests in flight at one replica, of all models that it serves, above which they wait in the gateway; 0
 *     is no fixed number
 * @param maxConcurrency where {@code base_url} has no {@code slots}: the most in flight at one server, below which it is
 *     found by what the server takes; 0 is no limit
 * @param slowStartSeconds how long a replica that has become ready gets less than the others; 0 for processes, else 30, if
 *     absent
 * @param readyPath answers 200 once a started process can serve; if absent {@code /api/tags} for Ollama, else {@code
 *     /health}
 * @param startTimeoutSeconds after which a process that is not ready is ended and counted as failed
 * @param maxInstances replicas at once, of all deployments together; 0 disables the nodepool, and absent is no limit
 * @param failover when a replica that fails gets no requests for a while
 * @param kubernetes the workload whose pods are the replicas
 * @param gpus of this machine, by number or UUID; each replica gets free ones to itself, {@code CUDA_VISIBLE_DEVICES}
 *     tells it which
 * @param gpusPerReplica how many of them
 * @param stopTimeoutSeconds between SIGTERM and SIGKILL of a process that is to end
 * @param probePath of the servers at {@code base_url}, such as {@code /health}; absent, they count as ready unasked
 * @param adopt whether the start after a crash of the gateway keeps processes that still run and serve
 * @param prepare files that are fetched before the first start, into a folder that {@code {prepared}} stands for
 */
public record Nodepool(
        String id,
        @Default("[]") List<URI> baseUrl,
        @Default("[]") List<String> command,
        @Default("{}") Map<String, String> env,
        @Default("1") int replicas,
        Optional<Secret> apiKey,
        Optional<String> model,
        @Default("true") boolean streamUsage,
        @Default("0") int slots,
        @Default("64") int maxConcurrency,
        OptionalInt slowStartSeconds,
        Optional<String> readyPath,
        @Default("1200") int startTimeoutSeconds,
        OptionalInt maxInstances,
        Failover failover,
        Optional<Workload> kubernetes,
        @Default("[]") List<String> gpus,
        @Default("1") int gpusPerReplica,
        @Default("10") int stopTimeoutSeconds,
        Optional<String> probePath,
        @Default("true") boolean adopt,
        @Default("[]") List<PreparedFile> prepare) {
    private static final int SLOW_START_SECONDS = 30;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int STOP_SECONDS_MAX = 3600;
    private static final Pattern OLLAMA = Pattern.compile("(.*/)?ollama");

    public Nodepool {
        baseUrl = List.copyOf(baseUrl);
        command = List.copyOf(command);
        env = Map.copyOf(env);
        gpus = List.copyOf(gpus);
        prepare = List.copyOf(prepare);
        if (!prepare.isEmpty() && command.isEmpty()) {
            throw new IllegalArgumentException("prepare: is for processes, and there is no command");
        }
        if (id.isBlank()) {
            throw new IllegalArgumentException("id: need a name, got an empty one");
        }
        var kinds = Stream.of(!baseUrl.isEmpty(), !command.isEmpty(), kubernetes.isPresent())
                .filter(given -> given)
                .count();
        if (kinds != 1) {
            throw new IllegalArgumentException("need exactly one of base_url (servers that run already), command"
                    + " (what starts a replica) and kubernetes (a workload of a cluster), got "
                    + (kinds == 0 ? "none" : kinds));
        }
        if (kubernetes.isPresent() && !LABEL.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "id: need up to 63 letters, digits, '-', '_' and '.', since pods carry it" + " as a label, got "
                            + id);
        }
        for (var url : baseUrl) {
            if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
                throw new IllegalArgumentException(
                        "base_url: need an http or https URL such as http://127.0.0.1:11434/v1, got " + url);
            }
        }
        if (replicas < 1 || replicas > 64) {
            throw new IllegalArgumentException("replicas: need 1 to 64, got " + replicas);
        }
        if (slots < 0) {
            throw new IllegalArgumentException("slots: need 0 (no fixed number) or more, got " + slots);
        }
        if (maxConcurrency < 0) {
            throw new IllegalArgumentException("max_concurrency: need 0 (no limit) or more, got " + maxConcurrency);
        }
        if (slowStartSeconds.isPresent() && (slowStartSeconds.getAsInt() < 0 || slowStartSeconds.getAsInt() > 3600)) {
            throw new IllegalArgumentException(
                    "slow_start_seconds: need 0 to 3600, got " + slowStartSeconds.getAsInt());
        }
        if (startTimeoutSeconds < 1) {
            throw new IllegalArgumentException("start_timeout_seconds: need 1 or more, got " + startTimeoutSeconds);
        }
        if (maxInstances.isPresent() && maxInstances.getAsInt() < 0) {
            throw new IllegalArgumentException(
                    "max_instances: need 0 (disabled) or more, got " + maxInstances.getAsInt());
        }
        if (stopTimeoutSeconds < 1 || stopTimeoutSeconds > STOP_SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "stop_timeout_seconds: need 1 to " + STOP_SECONDS_MAX + ", got " + stopTimeoutSeconds);
        }
        checkPath("ready_path", readyPath);
        checkPath("probe_path", probePath);
        if (probePath.isPresent() && baseUrl.isEmpty()) {
            throw new IllegalArgumentException("probe_path: is for base_url; with command it is ready_path");
        }
        checkGpus(gpus, gpusPerReplica, command);
    }

    private static void checkPath(String key, Optional<String> path) {
        if (path.isPresent() && !path.get().matches("/[!-~]*")) {
            throw new IllegalArgumentException(key + ": need a path such as /health, got \"" + path.get() + "\"");
        }
    }

    private static void checkGpus(List<String> gpus, int perReplica, List<String> command) {
        if (perReplica < 1) {
            throw new IllegalArgumentException("gpus_per_replica: need 1 or more, got " + perReplica);
        }
        if (gpus.isEmpty()) {
            if (command.stream().anyMatch(word -> word.contains("{gpu}"))) {
                throw new IllegalArgumentException("command: {gpu} needs gpus, got none");
            }
            return;
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("gpus: are given to processes, and there is no command");
        }
        for (var gpu : gpus) {
            if (!gpu.matches("\\d{1,4}|[\\w/-]{5,100}")) {
                throw new IllegalArgumentException("gpus: need numbers or UUIDs, got \"" + gpu + "\"");
            }
        }
        if (gpus.stream().distinct().count() < gpus.size()) {
            throw new IllegalArgumentException("gpus: need each once, got " + gpus);
        }
        if (perReplica > gpus.size()) {
            throw new IllegalArgumentException(
                    "gpus_per_replica: need at most as many as gpus, which are " + gpus.size() + ", got " + perReplica);
        }
    }

    /** What a process is asked for to see whether it can serve. */
    String readiness() {
        return readyPath.orElse(
                command.stream().anyMatch(word -> OLLAMA.matcher(word).matches()) ? "/api/tags" : "/health");
    }

    /** One without a limit of concurrency, and with the defaults of what else is not said. */
    public Nodepool(
            String id,
            List<URI> baseUrl,
            List<String> command,
            Map<String, String> env,
            int replicas,
            Optional<Secret> apiKey,
            Optional<String> model,
            boolean streamUsage,
            int slots,
            String readyPath,
            int startTimeoutSeconds) {
        this(
                id,
                baseUrl,
                command,
                env,
                replicas,
                apiKey,
                model,
                streamUsage,
                slots,
                0,
                OptionalInt.empty(),
                Optional.of(readyPath),
                startTimeoutSeconds,
                OptionalInt.empty(),
                Failover.DEFAULT,
                Optional.empty(),
                List.of(),
                1,
                10,
                Optional.empty(),
                true,
                List.of());
    }

    public Nodepool withMaxInstances(int instances) {
        return with(replicas, slots, maxConcurrency, slowStartSeconds, OptionalInt.of(instances), failover);
    }

    /**
     * Whether a replica of the other serves as one of this would: they differ in numbers and bounds at most, which change
     * without a replica being started anew.
     */
    public boolean isServedLike(Nodepool other) {
        return bare().equals(other.bare());
    }

    private Nodepool bare() {
        return with(1, 0, 0, OptionalInt.empty(), OptionalInt.empty(), Failover.DEFAULT);
    }

    private Nodepool with(
            int count,
            int slotsEach,
            int concurrency,
            OptionalInt slowStart,
            OptionalInt instances,
            Failover ejection) {
        return new Nodepool(
                id,
                baseUrl,
                command,
                env,
                count,
                apiKey,
                model,
                streamUsage,
                slotsEach,
                concurrency,
                slowStart,
                readyPath,
                startTimeoutSeconds,
                instances,
                ejection,
                kubernetes,
                gpus,
                gpusPerReplica,
                stopTimeoutSeconds,
                probePath,
                adopt,
                prepare);
    }

    /** Whether replicas can be started and stopped, other than servers that run already. */
    public boolean isScalable() {
        return baseUrl.isEmpty();
    }

    /** Whether each of its servers finds by itself how many requests it may have in flight. */
    public boolean isAdaptive() {
        return !isScalable() && slots == 0 && maxConcurrency > 0;
    }

    public Duration slowStart() {
        return Duration.ofSeconds(slowStartSeconds.orElse(command.isEmpty() ? SLOW_START_SECONDS : 0));
    }

    /** How many there are where no deployment scales them. */
    public int fixedReplicas() {
        return isScalable() ? replicas : baseUrl.size();
    }
}
