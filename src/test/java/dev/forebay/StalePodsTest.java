package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.kubernetes.FakeCluster;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T2 of docs/reference/routing.md: a pod is gone and the cluster does not say so, as when a watch has fallen silent. */
class StalePodsTest {
    @TempDir
    Path folder;

    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void aPodThatIsGoneIsLeftOutAfterTwoConnectionsAndNoRequestFails() throws Exception {
        try (var cluster = new FakeCluster();
                var one = FakeUpstream.start();
                var two = FakeUpstream.start(InetAddress.getByName("127.0.0.2"), one.port());
                var gateway = RunningGateway.start(folder, yaml(cluster, one.port()))) {
            RunningGateway.await(() -> cluster.podNames().size() == 2, () -> "pods: " + cluster.podNames());
            cluster.ready("vllm-p0", "127.0.0.1");
            cluster.ready("vllm-p1", "127.0.0.2");
            awaitStates(gateway, "ready", "ready");
            var held = Answers.json(Answers.completion("held"));
            Stream.of(one, two)
                    .forEach(pod -> pod.then(peer -> held.play(peer.stall(mayEnd)))
                            .otherwise(Answers.json(Answers.completion("hello"))));
            var first = Later.of(() -> gateway.chat(RunningGateway.hello("m")));
            RunningGateway.await(() -> one.requests().size() + two.requests().size() == 1, () -> "nobody is asked");
            var isOne = one.requests().size() == 1;

            (isOne ? two : one).kill();
            var others = Stream.generate(() -> Later.of(() -> gateway.chat(RunningGateway.hello("m"))))
                    .limit(5)
                    .toList();
            awaitStates(gateway, isOne ? "ready" : "ejected", isOne ? "ejected" : "ready");
            gateway.awaitMetric(5, "forebay_nodepool_queue_depth");
            assertTrue(others.stream().noneMatch(Later::isDone));

            mayEnd.countDown();
            assertEquals(200, first.get(20, TimeUnit.SECONDS).statusCode());
            for (var other : others) {
                assertEquals(200, other.get(20, TimeUnit.SECONDS).statusCode());
            }
            assertEquals(2, gateway.metric("forebay_retries_total"));
        }
    }

    private static void awaitStates(RunningGateway gateway, String first, String second) throws Exception {
        new AdminClient(gateway)
                .await(
                        "/replicas",
                        page -> StreamSupport.stream(page.path("data").spliterator(), false)
                                .map(row -> row.path("id").asText() + " "
                                        + row.path("state").asText())
                                .toList()
                                .equals(Stream.of("gpu/vllm-p0 " + first, "gpu/vllm-p1 " + second)
                                        .toList()));
    }

    private String yaml(FakeCluster cluster, int port) throws Exception {
        var template = Files.writeString(folder.resolve("pod.yaml"), """
                metadata: {labels: {app: vllm}}
                spec: {containers: [{name: server, image: example/vllm:1}]}
                """);
        return """
                nodepools:
                  - id: gpu
                    replicas: 2
                    slots: 1
                    kubernetes: {kubeconfig: "%s", namespace: models, name: vllm, template_file: "%s", port: %d}
                models:
                  - {id: m, nodepools: [gpu]}
                """.formatted(cluster.kubeconfig(folder), template, port);
    }
}
