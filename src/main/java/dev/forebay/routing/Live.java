package dev.forebay.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A deployment at this moment.
 *
 * @param enabled false if every request is refused
 * @param queuedBytes of the bodies that are kept while they wait
 * @param oldest how long the first of those who wait has waited
 * @param rate requests a second, over the last ten seconds or so
 * @param pools in order of precedence
 * @param decisions the last ones about these, oldest first
 */
public record Live(
        boolean enabled,
        int queued,
        long queuedBytes,
        Duration oldest,
        double rate,
        List<Pool> pools,
        List<Decision> decisions) {
    public Live {
        pools = List.copyOf(pools);
        decisions = List.copyOf(decisions);
    }

    /**
     * One of its nodepools.
     *
     * @param desired replicas that there are to be, of all deployments
     * @param minReplicas of this deployment, kept whatever its load
     * @param maxReplicas of this deployment
     * @param fixedReplicas of this deployment, whatever its load, if an operator has set them
     * @param inFlight requests of this deployment
     * @param share of its requests since the gateway's start, from 0 to 1
     * @param placed its requests since the gateway's start, by why they went there
     * @param open whether it takes requests that nobody sent to it by name
     * @param breakerOpen requests to all of its replicas fail: whoever has another nodepool goes there first
     */
    public record Pool(
            String nodepool,
            NodepoolState state,
            int desired,
            int readyReplicas,
            int startingReplicas,
            int minReplicas,
            int maxReplicas,
            OptionalInt fixedReplicas,
            int inFlight,
            double share,
            Map<PlacedBy, Long> placed,
            boolean open,
            boolean breakerOpen,
            Optional<Decision> decision) {}
}
