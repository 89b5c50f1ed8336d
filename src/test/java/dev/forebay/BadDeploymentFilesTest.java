package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.forebay.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be wrong in Clarifai's files, each with what the user reads then. */
class BadDeploymentFilesTest {
    @TempDir
    Path folder;

    /** A piece of the example's files and what stands in its place. */
    static List<Arguments> cases() {
        return List.of(
                arguments("  cloud_provider: {id: aws}", "  cloud_provider: aws", "x"),
                arguments("  id: test-compute-cluster\n", "", "x"),
                arguments("compute_cluster:\n  id: test-compute-cluster", "compute_cluster:\n  id: test compute cluster", "x"),
                arguments("key: {id: abc}\n", "key: {id: abc}\n---\ncompute_cluster: {id: test-compute-cluster}\n", "x"),
                arguments("compute_cluster: {id: test-compute-cluster, user_id: me}", "compute_cluster: {id: test-compute-clustr}", "x"),
                arguments("cpu_memory: \"16Gi\"", "cpu_memory: \"16 gigs\"", "x"),
                arguments("num_accelerators: 1,", "num_accelerators: -1,", "x"),
                arguments("capacity_types: [1, 2]", "capacity_types: [1, 3]", "x"),
                arguments("  instance_types: [{id: g5.xlarge, compute_info: {num_accelerators: 1}}]\n", "", "x"),
                arguments("min_instances: 0", "min_instances: 2", "x"),
                arguments("min_instances: 0", "min_instances: -1", "x"),
                arguments("max_instances: 1", "max_instances: -1", "x"),
                arguments("max_instances: 1", "max_instances: many", "x"),
                arguments("max_instances: 1", "max_instances: 1\n  warm_instances: 2", "x"),
                arguments("nodepool:\n  id: test-nodepool-2", "nodepool:\n  id: test-nodepool", "x"),
                arguments("nodepool:\n  id: test-nodepool-2\n  compute_cluster: {id: test-compute-cluster}\n", "nodepool: test-nodepool-2\nold:\n", "x"),
                arguments("- {id: test-nodepool-2, base_url", "- {id: test-nodepool-3, base_url", "x"),
                arguments("base_url: http://127.0.0.1:1/v1}", "base_url: http://127.0.0.1:1/v1, max_instances: 3}", "x"),
                arguments("min_replicas: 0", "min_replicas: 6", "x"),
                arguments("max_replicas: 5", "max_replicas: 0", "x"),
                arguments("max_replicas: 5", "max_replicas: 20000", "x"),
                arguments("scale_to_zero_delay_seconds: 1800", "scale_to_zero_delay_seconds: 200", "x"),
                arguments("scale_up_delay_seconds: 300", "scale_up_delay_seconds: -5", "x"),
                arguments("traffic_history_seconds: 300", "traffic_history_seconds: 0", "x"),
                arguments("disable_packing: false", "disable_packing: false\n    enable_packing: false", "x"),
                arguments("disable_packing: false", "enable_packing: maybe", "x"),
                arguments("disable_packing: false", "disable_packing: false\n    soft_min_replicas: -1", "x"),
                arguments("scheduling_choice: 4", "scheduling_choice: 0", "x"),
                arguments("scheduling_choice: 4", "scheduling_choice: cheapest", "x"),
                arguments("scheduling_choice: 4", "scheduling_choice: 4\n  status: PAUSED", "x"),
                arguments("    model: {id: Llama-3_2-3B-Instruct, model_version: {id: fe27}, user_id: meta, app_id: Llama-3}", "    workflow: {id: General}", "x"),
                arguments("    model: {id: Llama-3_2-3B-Instruct, model_version: {id: fe27}, user_id: meta, app_id: Llama-3}\n", "", "x"),
                arguments("model: {id: Llama-3_2-3B-Instruct, model_version", "model: {id: Llama-3.2-3B-Instruct, model_version", "x"),
                arguments("  - id: Llama-3_2-3B-Instruct\n", "  - id: Llama-3_2-3B-Instruct\n    nodepools: [test-nodepool]\n", "x"),
                arguments("  - id: Llama-3_2-3B-Instruct\n", "  - id: Llama-3_2-3B-Instruct\n    autoscale: {max_replicas: 2}\n", "x"),
                arguments("  - id: Llama-3_2-3B-Instruct\n", "  - id: Llama-3_2-3B-Instruct\n  - id: other\n", "x"),
                arguments("{id: test-nodepool-2, compute_cluster", "{id: test-nodepol-2, compute_cluster", "x"),
                arguments("{id: test-nodepool-2, compute_cluster", "{id: test-nodepool, compute_cluster", "x"),
                arguments("- {id: test-nodepool-2, compute_cluster: {id: test-compute-cluster}}", "- {id: test-nodepool-2, compute_cluster: {id: other}}", "x"),
                arguments("  - {id: test-nodepool,   compute_cluster", "  - {compute_cluster", "x"),
                arguments("  nodepools:\n    - {id: test-nodepool,   compute_cluster: {id: test-compute-cluster}}\n    - {id: test-nodepool-2, compute_cluster: {id: test-compute-cluster}}\n", "", "x"),
                arguments("  scheduling_choice: 4", "  deployment_nodepools: [{id: test-nodepool, priority: 1}]", "x"),
                arguments("  nodepools:\n    - {id: test-nodepool,   compute", "  deployment_nodepools:\n    - {id: test-nodepool, priority: 10, compute", "x"),
                arguments("  nodepools:\n    - {id: test-nodepool,   compute_cluster: {id: test-compute-cluster}}\n    - {", "  deployment_nodepools:\n    - {id: test-nodepool, priority: 1}\n    - {sequence: 1, ", "x"),
                arguments("  nodepools:\n    - {id: test-nodepool,   compute_cluster", "  deployment_nodepools:\n    - {id: test-nodepool, sequence: 1, compute_cluster", "x"),
                arguments("  id: test-deployment\n", "", "x"),
                arguments("deployment:\n  id: test-deployment", "deployment:\n  id: [test-deployment", "x"),
                arguments("  scheduling_choice: 4\n", "  scheduling_choice: 4\n  scheduling_choice: 3\n", "x"),
                arguments("folder: deployments", "folder: deploymnts", "x"),
                arguments("  - {id: test-nodepool-2, base_url: http://127.0.0.1:2/v1}\n", "  - {id: test-nodepool-2, base_url: http://127.0.0.1:2/v1}\n  - {id: spare, base_url: http://127.0.0.1:3/v1}\n#", "x"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsWrongAndWhere(String piece, String instead, String problem) {
        var own = ClarifaiExample.OWN.replace(piece, instead);
        var cluster = ClarifaiExample.CLUSTER.replace(piece, instead);
        var nodepools = ClarifaiExample.NODEPOOLS.replace(piece, instead);
        var deployment = ClarifaiExample.DEPLOYMENT.replace(piece, instead);
        assertNotEquals(
                ClarifaiExample.OWN
                        + ClarifaiExample.CLUSTER
                        + ClarifaiExample.NODEPOOLS
                        + ClarifaiExample.DEPLOYMENT,
                own + cluster + nodepools + deployment,
                "the piece stands nowhere");
        var example = new ClarifaiExample(folder);

        var e = assertThrows(ConfigException.class, () -> example.read(own, cluster, nodepools, deployment));

        assertEquals(List.of(problem), example.problems(e));
    }
}
