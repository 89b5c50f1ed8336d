package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.forebay.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClarifaiFilesTest {
    private static final String COMPACT = """
            nodepools:
              - {id: test-nodepool, base_url: http://127.0.0.1:1/v1, max_instances: 1}
              - {id: test-nodepool-2, base_url: http://127.0.0.1:2/v1}
            models:
              - id: Llama-3_2-3B-Instruct
                deployment: test-deployment
                nodepools: [test-nodepool, test-nodepool-2]
                autoscale: {max_replicas: 5, scale_up_delay_seconds: 300}
            """;

    @TempDir
    Path folder;

    @Test
    void clarifaisFilesAndTheCompactFormGiveTheSame() throws IOException {
        var example = new ClarifaiExample(folder);

        var files = example.read();

        var compact = Configuration.of(Yaml.parse("f.yaml", COMPACT), Map.of());
        assertEquals(compact.routes(), files.routes());
        assertEquals(compact.nodepools(), files.nodepools());
        assertEquals(compact.models(), files.models());
        assertEquals(List.of(), example.warnings);
    }

    @Test
    void theThreeKeysMayStandInOneDocument() throws IOException {
        var apart = new ClarifaiExample(folder.resolve("apart")).read();
        var example = new ClarifaiExample(folder.resolve("one"));
        example.write("all.yaml", ClarifaiExample.CLUSTER + ClarifaiExample.DEPLOYMENT + ClarifaiExample.NODEPOOLS);
        example.write("notes.yaml", "- neither\n- of the three\n");
        example.write(".old/all.yaml", ClarifaiExample.DEPLOYMENT);
        example.write("chart.yaml", "{{ not even YAML }}: [");

        assertEquals(apart.routes(), example.read(ClarifaiExample.OWN).routes());
    }

    @Test
    void filesOfAMountedConfigMapAreReadOnce() throws IOException {
        var example = new ClarifaiExample(folder);
        var compact = example.read().routes();
        var mounted = folder.resolve("mounted");
        Files.createDirectory(mounted);
        Files.move(folder.resolve("deployments"), mounted.resolve("..2026"));
        Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..2026"));
        for (var name : List.of("compute_cluster_config.yaml", "deployment_config.yaml", "pools")) {
            Files.createSymbolicLink(mounted.resolve(name), Path.of("..data", name));
        }

        assertEquals(
                compact,
                example.read(ClarifaiExample.OWN.replace("deployments}", "mounted}"))
                        .routes());
    }

    @Test
    void aHigherPriorityComesFirstAndEqualOnesKeepTheirOrder() throws IOException {
        assertEquals(List.of("c", "b", "d", "a"), order("""
                deployment_nodepools:
                    - {id: a}
                    - {id: b, priority: 3}
                    - {id: c, priority: 9}
                    - {id: d, priority: 3}
                """));
    }

    @Test
    void aLowerSequenceComesFirst() throws IOException {
        assertEquals(List.of("b", "a", "d", "c"), order("""
                deployment_nodepools:
                    - {id: a, sequence: 2}
                    - {id: b, sequence: 1}
                    - {id: c, sequence: 4}
                    - {id: d, sequence: 2}
                """));
    }

    @Test
    void enablePackingIsTheInverseOfDisablePacking() throws IOException {
        var example = new ClarifaiExample(folder);
        var deployment = ClarifaiExample.DEPLOYMENT.replace("disable_packing: false", "enable_packing: false");

        var read = example.read(ClarifaiExample.OWN, ClarifaiExample.CLUSTER, ClarifaiExample.NODEPOOLS, deployment);

        assertEquals(true, read.routes().getFirst().autoscale().orElseThrow().disablePacking());
        assertEquals(
                List.of("deployment_config.yaml:11: deployment.autoscale_config.enable_packing: is deprecated; write"
                        + " disable_packing: true"),
                example.warnings.stream().map(example::shortened).toList());
    }

    @Test
    void unknownKeysAreWarnedOfAtTheirPlace() throws IOException {
        var example = new ClarifaiExample(folder);

        example.read(
                ClarifaiExample.OWN,
                ClarifaiExample.CLUSTER + "deploymnt: {}\n",
                ClarifaiExample.NODEPOOLS.replace("cpu_limit", "cpu_limits"),
                ClarifaiExample.DEPLOYMENT.replace("min_replicas", "min_replica") + "  graceful_deploy: true\n");

        assertEquals(
                List.of(
                        "compute_cluster_config.yaml:10: deploymnt: unknown key; did you mean \"deployment\"?",
                        "deployment_config.yaml:18: deployment.graceful_deploy: unknown key; known: autoscale_config,"
                                + " deployment_nodepools, description, id, nodepools, scheduling_choice, status, worker",
                        "deployment_config.yaml:5: deployment.autoscale_config.min_replica: unknown key; did you mean"
                                + " \"min_replicas\"?",
                        "pools/nodepool_config.yaml:7: nodepool.instance_types[0].compute_info.cpu_limits: unknown key;"
                                + " did you mean \"cpu_limit\"?"),
                example.warnings.stream().map(example::shortened).toList());
    }

    @Test
    void aDisabledDeploymentAndADisabledNodepoolAreKept() throws IOException {
        for (var disabled : List.of("1", "DISABLED")) {
            var read = new ClarifaiExample(folder)
                    .read(
                            ClarifaiExample.OWN,
                            ClarifaiExample.CLUSTER,
                            ClarifaiExample.NODEPOOLS.replace("max_instances: 1", "max_instances: 0"),
                            ClarifaiExample.DEPLOYMENT + "  status: " + disabled + "\n");

            assertFalse(read.routes().getFirst().enabled());
            assertEquals(OptionalInt.of(0), read.nodepools().getFirst().maxInstances());
        }
    }

    @Test
    void withoutAFolderNothingIsRead() {
        var configuration = Configuration.of(Yaml.parse("f.yaml", COMPACT), Map.of());
        assertEquals(OptionalInt.of(5), configuration.routes().getFirst().maxReplicas(1));
    }

    private List<String> order(String nodepools) throws IOException {
        var own = new StringBuilder("models: [{id: Llama-3_2-3B-Instruct}]\ndeployments: {folder: deployments}\n");
        var pools = new StringBuilder();
        own.append("nodepools:\n");
        for (var id : List.of("a", "b", "c", "d")) {
            own.append("  - {id: " + id + ", base_url: http://127.0.0.1:1/v1}\n");
            pools.append("---\nnodepool: {id: " + id + ", instance_types: [{id: g5.xlarge}]}\n");
        }
        var listed = ClarifaiExample.DEPLOYMENT.indexOf("  nodepools:");
        var deployment = ClarifaiExample.DEPLOYMENT.substring(0, listed) + "  " + nodepools;
        return new ClarifaiExample(folder)
                .read(own.toString(), ClarifaiExample.CLUSTER, pools.toString(), deployment)
                .routes()
                .getFirst()
                .nodepoolIds();
    }
}
