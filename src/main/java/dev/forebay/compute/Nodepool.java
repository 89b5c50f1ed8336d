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
 * @param command what starts one replica; {@code {port}} becomes a free port, the word {@code forebay} this program
 * @param env added to the process's environment, which is otherwise clean
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
 * @param readyPath answers 200 once a started process can serve
 * @param startTimeoutSeconds after which a process that is not ready is ended and counted as failed
 * @param maxInstances replicas at once, of all deployments together; 0 disables the nodepool, and absent is no limit
 * @param failover when a replica that fails gets no requests for a while
 * @param kubernetes the workload whose pods are the replicas
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
        @Default("/health") String readyPath,
        @Default("1200") int startTimeoutSeconds,
        OptionalInt maxInstances,
        Failover failover,
        Optional<Workload> kubernetes) {
    private static final int SLOW_START_SECONDS = 30;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    public Nodepool {
        baseUrl = List.copyOf(baseUrl);
        command = List.copyOf(command);
        env = Map.copyOf(env);
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
    }

    /** One without a limit of instances or of concurrency, and not on Kubernetes. */
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
                readyPath,
                startTimeoutSeconds,
                OptionalInt.empty(),
                Failover.DEFAULT,
                Optional.empty());
    }

    public Nodepool withMaxInstances(int instances) {
        return new Nodepool(
                id,
                baseUrl,
                command,
                env,
                replicas,
                apiKey,
                model,
                streamUsage,
                slots,
                maxConcurrency,
                slowStartSeconds,
                readyPath,
                startTimeoutSeconds,
                OptionalInt.of(instances),
                failover,
                kubernetes);
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
