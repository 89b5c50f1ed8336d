package dev.forebay;

import dev.forebay.config.ConfigException;
import dev.forebay.config.Problem;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clarifai's three files as its documentation has them, and the gateway's own file that they go with. */
final class ClarifaiExample {
    static final String OWN = """
            nodepools:
              - {id: test-nodepool, base_url: http://127.0.0.1:1/v1}
              - {id: test-nodepool-2, base_url: http://127.0.0.1:2/v1}
            models:
              - id: Llama-3_2-3B-Instruct
            deployments: {folder: deployments}
            """;

    static final String CLUSTER = """
            compute_cluster:
              id: test-compute-cluster
              description: ""
              cloud_provider: {id: aws}
              region: us-east-1
              managed_by: clarifai
              cluster_type: dedicated
              visibility: {gettable: 10}
              key: {id: abc}
            """;

    static final String NODEPOOLS = """
            nodepool:
              id: test-nodepool
              description: ""
              compute_cluster: {id: test-compute-cluster, user_id: me}
              instance_types:
                - id: g5.xlarge
                  compute_info: {cpu_limit: "8", cpu_memory: "16Gi", accelerator_type: ["a10"], num_accelerators: 1, accelerator_memory: "40Gi"}
              node_capacity_type: {capacity_types: [1, 2]}
              min_instances: 0
              max_instances: 1
            ---
            nodepool:
              id: test-nodepool-2
              compute_cluster: {id: test-compute-cluster}
              instance_types: [{id: g5.xlarge, compute_info: {num_accelerators: 1}}]
            """;

    static final String DEPLOYMENT = """
            deployment:
              id: test-deployment
              description: some random deployment
              autoscale_config:
                min_replicas: 0
                max_replicas: 5
                traffic_history_seconds: 300
                scale_down_delay_seconds: 300
                scale_to_zero_delay_seconds: 1800
                scale_up_delay_seconds: 300
                disable_packing: false
              worker:
                model: {id: Llama-3_2-3B-Instruct, model_version: {id: fe27}, user_id: meta, app_id: Llama-3}
              scheduling_choice: 4
              nodepools:
                - {id: test-nodepool,   compute_cluster: {id: test-compute-cluster}}
                - {id: test-nodepool-2, compute_cluster: {id: test-compute-cluster}}
            """;

    final List<Problem> warnings = new ArrayList<>();
    private final Path folder;

    ClarifaiExample(Path folder) {
        this.folder = folder;
    }

    Configuration read() throws IOException {
        return read(OWN, CLUSTER, NODEPOOLS, DEPLOYMENT);
    }

    Configuration read(String own, String cluster, String nodepools, String deployment) throws IOException {
        write("compute_cluster_config.yaml", cluster);
        write("deployment_config.yaml", deployment);
        write("pools/nodepool_config.yaml", nodepools);
        return read(own);
    }

    Configuration read(String own) throws IOException {
        var file = folder.resolve("forebay.yaml");
        Files.writeString(file, own);
        return Configuration.of(Yaml.read(file), Map.of(), warnings::add);
    }

    void write(String name, String text) throws IOException {
        var file = folder.resolve("deployments").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** As they are told, without the folder before the files' names. */
    List<String> problems(ConfigException e) {
        return e.problems().stream().map(this::shortened).toList();
    }

    String shortened(Problem problem) {
        return problem.toString()
                .replace(folder.resolve("deployments") + "/", "")
                .replace(folder + "/", "");
    }
}
