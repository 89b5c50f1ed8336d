package dev.forebay.kubernetes;

import dev.forebay.compute.Failover;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Nodepools of tests. */
final class OnKubernetes {
    static final String DEPLOYMENT = "/apis/apps/v1/namespaces/models/deployments/vllm";
    static final String STATEFULSET = "/apis/apps/v1/namespaces/models/statefulsets/vllm";

    /** Waits that only hold up a test; what a test is about it sets itself. */
    static final Tempo QUICK = new Tempo(
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofMillis(20),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    private OnKubernetes() {}

    static Path template(Path folder) throws IOException {
        return Files.writeString(folder.resolve("pod.yaml"), """
                metadata:
                  labels: {app: vllm}
                spec:
                  nodeSelector: {zone: a}
                  containers:
                    - name: server
                      image: example/vllm:1
                      unknownToUs: {kept: true}
                """);
    }

    static Nodepool pool(Path kubeconfig, Workload.Kind kind, Optional<Path> template, boolean observe) {
        return pool(new Workload(
                Optional.of(kubeconfig),
                Optional.empty(),
                "models",
                kind,
                "vllm",
                template,
                8000,
                template.isEmpty() ? Map.of() : Map.of("gpu", "l4"),
                template.isEmpty()
                        ? List.of()
                        : List.of(new Workload.Toleration(
                                Optional.of("gpu"), "Exists", Optional.empty(), Optional.of("NoSchedule"))),
                1,
                observe));
    }

    static Nodepool pool(Workload workload) {
        return new Nodepool(
                "gpu",
                List.of(),
                List.of(),
                Map.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                true,
                0,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                1200,
                OptionalInt.empty(),
                Failover.DEFAULT,
                Optional.of(workload),
                List.of(),
                1,
                10,
                Optional.empty(),
                true,
                List.of());
    }
}
