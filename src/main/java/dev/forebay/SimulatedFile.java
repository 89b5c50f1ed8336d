package dev.forebay;

import dev.forebay.compute.Failover;
import dev.forebay.config.Nearest;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.ClarifaiDeployment;
import dev.forebay.routing.ClarifaiFiles;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Spillover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation takes from a file: one deployment, and its nodepools as far as the file knows them. Clarifai's files
 * say nothing of queues and slots: the queue is the usual one, slots are 0.
 */
record SimulatedFile(Deployment deployment, List<Capacity> capacities) {
    /** @param model null if there is one only */
    static SimulatedFile read(Path file, @Nullable String model, Map<String, String> environment) {
        if (!Files.exists(file)) {
            throw StartFailure.ofArgument("there is no file " + file, null);
        }
        var files = ClarifaiFiles.read(file, environment::get, DeploymentFiles::log);
        if (!files.deployments().isEmpty()) {
            return clarifai(files, file, model);
        }
        if (Files.isDirectory(file)) {
            throw StartFailure.ofArgument("no file in " + file + " has a deployment", null);
        }
        var configuration = Configuration.read(file, environment);
        return new SimulatedFile(chosen(configuration.routes(), file, model), configuration.capacities());
    }

    private static SimulatedFile clarifai(ClarifaiFiles files, Path file, @Nullable String model) {
        var queue = QueueSettings.usual().toQueue();
        var deployments = files.deployments().stream()
                .map(located -> located.value())
                .map(said -> new Deployment(
                        said.worker().modelId(),
                        said.places(),
                        Optional.of(said.autoscaleConfig()),
                        Spillover.DEFAULT,
                        queue,
                        said.status() == ClarifaiDeployment.Status.ENABLED))
                .toList();
        var deployment = chosen(deployments, file, model);
        return new SimulatedFile(
                deployment,
                deployment.nodepoolIds().stream()
                        .map(id -> new Capacity(id, 0, 1, true, instancesMax(files, id), Failover.DEFAULT))
                        .toList());
    }

    private static int instancesMax(ClarifaiFiles files, String nodepool) {
        return files.nodepools().stream()
                .map(located -> located.value())
                .filter(pool -> pool.id().equals(nodepool))
                .flatMapToInt(pool -> pool.maxInstances().stream())
                .findFirst()
                .orElse(Capacity.REPLICAS_MAX);
    }

    private static Deployment chosen(List<Deployment> deployments, Path file, @Nullable String model) {
        var models = deployments.stream().map(Deployment::model).toList();
        if (model == null) {
            if (deployments.size() == 1) {
                return deployments.getFirst();
            }
            throw StartFailure.ofArgument(
                    "--model: need one of those in " + file + ": " + String.join(", ", models), null);
        }
        var index = models.indexOf(model);
        if (index < 0) {
            throw StartFailure.ofArgument(
                    "--model: there is no model \"" + model + "\" in " + file + Nearest.hint(model, models), null);
        }
        return deployments.get(index);
    }
}
