package dev.forebay.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.compute.Replica.State;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same calls against a server that others wrote, which keeps objects and knows their kinds. It answers watches only
 * over WebSockets, so pods are found by lists here; {@link FaultsTest} is about watches.
 */
class ServerMockTest {
    private static final Tempo SELDOM = new Tempo(
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    @TempDir
    Path folder;

    @Test
    void podsAreFoundAndTheDeploymentIsScaled() throws Exception {
        var server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init();
        var kubeconfig = Files.writeString(folder.resolve("config"), FakeCluster.kubeconfig(server.url("/")));
        var told = new Told();
        var provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, SELDOM);
        try (var client = server.createClient()) {
            client.resource(deployment()).create();
            client.resource(pod("vllm-a", "10.0.0.1")).create();
            var pool = OnKubernetes.pool(
                    kubeconfig, Workload.Kind.DEPLOYMENT, Optional.of(OnKubernetes.template(folder)), false);
            provider.watch(pool, told);
            assertEquals(
                    "http://10.0.0.1:8000/v1",
                    told.await("gpu/vllm-a", State.Ready.class).endpoint().toString());
            // It knows no server-side apply either, so the workload that is scaled is one that is not made by us.
            var foreign = OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), false);
            provider.watch(foreign, told);
            provider.scale(foreign, 3);
            client.apps()
                    .deployments()
                    .inNamespace("models")
                    .withName("vllm")
                    .waitUntilCondition(
                            d -> d != null
                                    && Integer.valueOf(3).equals(d.getSpec().getReplicas()),
                            20,
                            TimeUnit.SECONDS);
        } finally {
            provider.close();
            server.destroy();
        }
    }

    private static Deployment deployment() {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("vllm")
                .withNamespace("models")
                .addToLabels(Manifest.LABEL, "gpu")
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .endSpec()
                .build();
    }

    private static Pod pod(String name, String address) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("models")
                .addToLabels(Manifest.LABEL, "gpu")
                .endMetadata()
                .withNewStatus()
                .withPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }
}
