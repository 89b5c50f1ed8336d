package dev.forebay.kubernetes;

import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One client a cluster, that is, for each kubeconfig and context; made when it is first needed. */
final class Clusters implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int REQUEST_MILLIS = 20_000;

    private record Address(Optional<Path> kubeconfig, Optional<String> context) {}

    private final Map<Address, KubernetesClient> clients = new HashMap<>();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private boolean closed;

    /** @throws Trouble if the kubeconfig cannot be read or has no such context */
    synchronized KubernetesClient client(Workload workload) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        return clients.computeIfAbsent(new Address(workload.kubeconfig(), workload.context()), this::connect);
    }

    private KubernetesClient connect(Address address) {
        var config = new ConfigBuilder(config(address))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                // One hidden retry, which minds Retry-After; all further ones are ours, where they are seen.
                .withRequestRetryBackoffLimit(1)
                // A watch that ends must end for us too: we list anew, since changes may have been missed.
                .withWatchReconnectLimit(0)
                .withOnlyHttpWatches(true)
                .withHttp2Disable(true)
                .withUserAgent("forebay")
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withTaskExecutor(tasks)
                .build();
    }

    private static Config config(Address address) {
        var context = address.context().orElse(null);
        if (address.kubeconfig().isEmpty()) {
            return Config.autoConfigure(context);
        }
        var file = address.kubeconfig().get();
        if (!Files.isReadable(file)) {
            throw new Trouble(
                    "its cluster is not known",
                    "kubeconfig " + file + " is not there or not readable; check the path and who runs the gateway");
        }
        try {
            var config = Config.fromKubeconfig(context, file.toFile());
            if (context != null
                    && (config.getCurrentContext() == null
                            || !context.equals(config.getCurrentContext().getName()))) {
                throw new Trouble(
                        "its cluster is not known",
                        "kubeconfig " + file + " has no context " + context
                                + "; kubectl config get-contexts --kubeconfig " + file + " lists them");
            }
            return config;
        } catch (KubernetesClientException e) {
            throw new Trouble(
                    "its cluster is not known",
                    "kubeconfig " + file + " cannot be used (" + e + "); does kubectl --kubeconfig " + file + " work?");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        clients.values().forEach(KubernetesClient::close);
        clients.clear();
        tasks.shutdownNow();
    }
}
