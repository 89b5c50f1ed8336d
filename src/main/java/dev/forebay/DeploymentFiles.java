package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Located;
import dev.forebay.config.Nearest;
import dev.forebay.config.Node;
import dev.forebay.config.Problem;
import dev.forebay.routing.ClarifaiDeployment;
import dev.forebay.routing.ClarifaiFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what Clarifai's files say into the gateway's own configuration, so that from there on it makes no difference which
 * of them said it. Their deployments say where models run and how they scale, their nodepools how many replicas there may
 * be; what serves, and what clients call, stands in the gateway's own file.
 */
final class DeploymentFiles {
    private static final Logger log = LoggerFactory.getLogger(DeploymentFiles.class);

    /** Keys of a model that a deployment has too. */
    private static final List<String> DEPLOYED = List.of("deployment", "nodepools", "autoscale", "enabled");

    /** @param folder of Clarifai's files; none are read without it */
    record Settings(Optional<Path> folder) {}

    private final Configuration configuration;
    private final Node file;
    private final List<Problem> problems = new ArrayList<>();

    /** @param file what the configuration was bound from */
    DeploymentFiles(Configuration configuration, Node file) {
        this.configuration = configuration;
        this.file = file;
    }

    static void log(Problem warning) {
        log.atWarn()
                .addKeyValue("file", warning.source())
                .addKeyValue("line", warning.line())
                .addKeyValue("key", warning.path())
                .addKeyValue("reason", warning.message())
                .log("key of a deployment file passed over");
    }

    /** @throws ConfigException with every problem of the files, and of what they and the configuration say of each other */
    Configuration merged(Function<String, @Nullable String> environment, Consumer<Problem> warnings) {
        var files = configuration
                .deployments()
                .folder()
                .map(folder -> read(folder, environment, warnings))
                .orElse(new ClarifaiFiles(List.of(), List.of(), List.of()));
        problems.addAll(files.problems(
                configuration.nodepools().stream().map(Nodepool::id).toList()));
        var nodepools = nodepools(files);
        var models = models(files);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return configuration.with(nodepools, models);
    }

    private ClarifaiFiles read(
            Path folder, Function<String, @Nullable String> environment, Consumer<Problem> warnings) {
        if (!Files.isDirectory(folder)) {
            throw new ConfigException(file.at("deployments.folder").place().problem("there is no folder " + folder));
        }
        return ClarifaiFiles.read(folder, environment, warnings);
    }

    private List<Nodepool> nodepools(ClarifaiFiles files) {
        var byId = new LinkedHashMap<String, Nodepool>();
        configuration.nodepools().forEach(pool -> byId.put(pool.id(), pool));
        for (var machines : files.nodepools()) {
            var id = machines.value().id();
            var serving = byId.get(id);
            if (serving == null) {
                problems.add(machines.problem(
                        "id",
                        "nothing serves the nodepool \"" + id + "\": nodepools of "
                                + file.place().source()
                                + " has no such entry; add one with base_url or command"
                                + (byId.isEmpty() ? "" : Nearest.hint(id, byId.keySet()))));
            } else if (machines.value().maxInstances().isPresent()) {
                var most = machines.value().maxInstances().getAsInt();
                if (serving.maxInstances().isPresent()) {
                    problems.add(machines.problem(
                            "max_instances", "stands also at " + ownNodepool(id) + "; keep one of them"));
                }
                byId.put(id, serving.withMaxInstances(most));
            }
        }
        return List.copyOf(byId.values());
    }

    private String ownNodepool(String id) {
        var ids = configuration.nodepools().stream().map(Nodepool::id).toList();
        return where("nodepools[" + ids.indexOf(id) + "].max_instances");
    }

    private List<Configuration.ModelSettings> models(ClarifaiFiles files) {
        var ids = configuration.models().stream()
                .map(Configuration.ModelSettings::id)
                .toList();
        var byModel = new LinkedHashMap<String, Located<ClarifaiDeployment>>();
        for (var deployment : files.deployments()) {
            var model = deployment.value().worker().modelId();
            byModel.putIfAbsent(model, deployment);
            if (!ids.contains(model)) {
                problems.add(deployment.problem(
                        "worker.model.id",
                        "there is no model \"" + model + "\" in models of "
                                + file.place().source() + Nearest.hint(model, ids)));
            }
        }
        var models = new ArrayList<Configuration.ModelSettings>();
        for (var i = 0; i < ids.size(); i++) {
            models.add(model(i, byModel));
        }
        return models;
    }

    private Configuration.ModelSettings model(int index, Map<String, Located<ClarifaiDeployment>> byModel) {
        var model = configuration.models().get(index);
        var path = "models[" + index + "]";
        var deployment = byModel.get(model.id());
        if (deployment == null) {
            if (model.nodepools().isEmpty()) {
                problems.add(file.at(path)
                        .place()
                        .problem("nodepools: need at least one, in order of precedence"
                                + (configuration.deployments().folder().isPresent()
                                        ? ", or a deployment file with worker.model.id: " + model.id()
                                        : "")));
            }
            return model;
        }
        for (var key : DEPLOYED) {
            var own = path + "." + key;
            if (isSet(own)) {
                problems.add(deployment.problem(
                        "worker.model.id",
                        "the model " + model.id() + " has " + key + " of its own at " + where(own)
                                + "; remove one of the two"));
            }
        }
        var said = deployment.value();
        return model.deployed(
                said.id(), said.places(), said.autoscaleConfig(), said.status() == ClarifaiDeployment.Status.ENABLED);
    }

    private boolean isSet(String path) {
        var node = file.at(path);
        return node.place().path().equals(path) && !(node instanceof Node.Scalar scalar && scalar.isNull());
    }

    private String where(String path) {
        var place = file.at(path).place();
        return place.source() + ":" + place.line() + ": " + path;
    }
}
