package dev.forebay.compute;

import dev.forebay.config.Default;

/**
 * Machines of one owner in one place, as Clarifai's {@code compute_cluster_config.yaml} has it. Nodepools name it; it
 * says where they are and changes nothing of how they serve.
 *
 * @param id that nodepools and deployments name
 * @param description for people
 * @param cloudProvider whose machines they are
 * @param region the provider's name of the place, such as {@code us-east-1}
 * @param managedBy {@code clarifai} or {@code user}
 * @param clusterType {@code shared}, {@code dedicated} or {@code local-dev}
 */
public record ComputeCluster(
        String id,
        @Default("") String description,
        CloudProvider cloudProvider,
        @Default("") String region,
        @Default("user") String managedBy,
        @Default("dedicated") String clusterType) {
    public ComputeCluster {
        Ids.check("id", id);
    }

    /** @param id such as {@code aws}, {@code gcp}, {@code vultr}, {@code local} or {@code kubernetes} */
    public record CloudProvider(@Default("") String id) {}

    /**
     * How another file names a cluster.
     *
     * @param id of a {@link ComputeCluster}
     */
    public record Named(String id) {
        public Named {
            Ids.check("id", id);
        }
    }
}
