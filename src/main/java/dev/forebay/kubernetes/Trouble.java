package dev.forebay.kubernetes;

import dev.forebay.compute.Replica;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the cluster did not do what it was asked, and what to do about it. */
final class Trouble extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int DOWN_AFTER = 3;
    private static final int UNREACHED = 0;
    private static final int WORDS_MAX = 500;

    private final String brief;
    private final boolean quota;
    private final Duration retryAfter;

    /** @param brief what clients may know */
    Trouble(String brief, String whole) {
        this(brief, whole, false, Duration.ZERO, null);
    }

    private Trouble(String brief, String whole, boolean quota, Duration retryAfter, @Nullable Throwable cause) {
        super(whole, cause);
        this.brief = brief;
        this.quota = quota;
        this.retryAfter = retryAfter;
    }

    /** @param doing what was tried, such as {@code list pods} */
    static Trouble of(KubernetesClientException e, String doing, Workload workload) {
        var where = "cannot " + doing + " in namespace " + workload.namespace() + ": ";
        var words = words(e);
        if (words.contains("exceeded quota")) {
            return new Trouble("the cluster's quota is used up", where + words, true, retryAfter(e), e);
        }
        var next = switch (Math.max(UNREACHED, e.getCode())) {
            case UNREACHED -> "the API server cannot be reached; check kubeconfig, context and the network";
            case 401 -> "the credentials are not accepted; check the kubeconfig or the pod's service account";
            case 403 -> "the gateway may not do that; apply config/kubernetes/rbac.yaml in that namespace";
            case 404 ->
                "there is no such thing; check kind, name and namespace, or give a template_file to have it made";
            case 409 -> "something else changes it all the time; find out what, or set observe: true";
            case 422 ->
                "the cluster does not accept it; check template_file, or delete the workload to have it made anew";
            case 429 -> "the API server is busy; it is asked again later";
            default -> "it is tried again later";
        };
        return new Trouble(
                "its cluster " + (e.getCode() <= 0 ? "cannot be reached" : "answered " + e.getCode()),
                where + words + "; " + next,
                false,
                retryAfter(e),
                e);
    }

    /** Takes it as it is, or as a fault of ours that the thread which met it has to survive. */
    static Trouble from(RuntimeException e) {
        return e instanceof Trouble trouble
                ? trouble
                : new Trouble(
                        "the gateway failed to look after it",
                        "the gateway failed to look after it: " + e + "; this is a fault of Forebay's",
                        false,
                        Duration.ZERO,
                        e);
    }

    /** The cause if it is a fault of ours, whose place in the code is of interest. */
    @Nullable
    Throwable fault() {
        return getCause() instanceof KubernetesClientException ? null : getCause();
    }

    /** @param failures in a row, this one included */
    Duration wait(Tempo tempo, int failures) {
        var ours = tempo.afterFailures(failures);
        var longer = retryAfter.compareTo(ours) > 0 ? retryAfter : ours;
        return longer.compareTo(tempo.retryMax()) < 0 ? longer : tempo.retryMax();
    }

    /** @param failures in a row, this one included */
    Replica.State state(Instant now, Duration wait, int failures) {
        var whole = String.valueOf(getMessage());
        return quota
                ? new Replica.State.NoCapacity(whole, now)
                : new Replica.State.Failed(whole, brief, now.plus(wait), failures >= DOWN_AFTER);
    }

    private static String words(KubernetesClientException e) {
        var status = Optional.ofNullable(e.getStatus()).map(s -> s.getMessage());
        var words = status.orElseGet(() -> root(e));
        return words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
    }

    /** What the client wraps is often a bare exception of input and output around the one that tells something. */
    private static String root(Throwable e) {
        var root = e;
        for (var depth = 0; depth < 10 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root.toString();
    }

    private static Duration retryAfter(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(s -> s.getDetails())
                .map(d -> d.getRetryAfterSeconds())
                .map(Duration::ofSeconds)
                .orElse(Duration.ZERO);
    }
}
