package dev.forebay.routing;

import dev.forebay.compute.ComputeCluster;
import dev.forebay.compute.InstancePool;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Located;
import dev.forebay.config.Nearest;
import dev.forebay.config.Node;
import dev.forebay.config.Problem;
import dev.forebay.config.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Clarifai's {@code compute_cluster_config.yaml}, {@code nodepool_config.yaml} and {@code deployment_config.yaml}, unchanged
 * and under any name: what matters is the key at the top of a document. Keys that Clarifai knows and this program does not
 * are warned of and passed over.
 */
public record ClarifaiFiles(
        List<Located<ComputeCluster>> clusters,
        List<Located<InstancePool>> nodepools,
        List<Located<ClarifaiDeployment>> deployments) {
    private static final int FILES_MAX = 1000;
    private static final int DEPTH_MAX = 8;

    /** Of the other files in the folder nothing is asked, not even that they can be read as YAML. */
    private static final Pattern MAYBE_OURS =
            Pattern.compile("^[\\s{\"'-]*(compute_cluster|nodepool|deployment)[\"']?\\s*:", Pattern.MULTILINE);

    public ClarifaiFiles {
        clusters = List.copyOf(clusters);
        nodepools = List.copyOf(nodepools);
        deployments = List.copyOf(deployments);
    }

    /**
     * Every YAML file of the folder and of those below it, eight folders deep. Links are followed, since that is what files
     * of a Kubernetes ConfigMap are; names that begin with a dot are passed over.
     *
     * @param folder or a single file
     * @param warnings is told of keys that are passed over
     * @throws ConfigException with every problem of every file
     */
    public static ClarifaiFiles read(
            Path folder, Function<String, @Nullable String> environment, Consumer<Problem> warnings) {
        var reader = new ClarifaiReader(environment, warnings);
        for (var file : files(folder)) {
            reader.attempt(() -> {
                var text = Yaml.text(file);
                if (MAYBE_OURS.matcher(text).find()) {
                    Yaml.documents(file.toString(), text).forEach(reader::document);
                }
            });
        }
        return reader.all();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> below =
                Files.find(folder, DEPTH_MAX, (path, is) -> is.isRegularFile(), FileVisitOption.FOLLOW_LINKS)) {
            var files = below.filter(file -> file.toString().matches(".*\\.ya?ml")
                            && Stream.of(folder.relativize(file).toString().split("[/\\\\]"))
                                    .noneMatch(name -> name.startsWith(".")))
                    .sorted()
                    .limit(FILES_MAX + 1L)
                    .toList();
            if (files.size() > FILES_MAX) {
                throw new ConfigException(new Problem(
                        folder.toString(),
                        Problem.NO_LINE,
                        "",
                        "there are more than " + FILES_MAX + " YAML files below it; choose a folder of its own"));
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigException(
                    new Problem(folder.toString(), Problem.NO_LINE, "", "the folder cannot be read: " + e));
        }
    }

    /**
     * What one file says of another and is not so.
     *
     * @param serving nodepools that are known elsewhere, to say so where only a file is missing
     */
    public List<Problem> problems(Collection<String> serving) {
        var problems = new ArrayList<Problem>();
        twice("compute clusters", "id", clusters, ComputeCluster::id, problems);
        twice("nodepools", "id", nodepools, InstancePool::id, problems);
        twice("deployments", "id", deployments, ClarifaiDeployment::id, problems);
        twice(
                "deployments of the model",
                "worker.model.id",
                deployments,
                d -> d.worker().modelId(),
                problems);
        var clusterIds = clusters.stream().map(each -> each.value().id()).toList();
        for (var pool : nodepools) {
            pool.value().computeCluster().ifPresent(cluster -> {
                if (!clusterIds.contains(cluster.id())) {
                    problems.add(pool.problem(
                            "compute_cluster.id",
                            "there is no compute cluster \"" + cluster.id() + "\""
                                    + Nearest.hint(cluster.id(), clusterIds)));
                }
            });
        }
        var poolsById = new TreeMap<String, InstancePool>();
        nodepools.forEach(pool -> poolsById.put(pool.value().id(), pool.value()));
        for (var deployment : deployments) {
            places(deployment).forEach((path, place) -> {
                wrongNodepool(place, poolsById, serving)
                        .ifPresent(wrong -> problems.add(deployment.problem(path + "id", wrong)));
                wrongCluster(place, poolsById, clusterIds)
                        .ifPresent(wrong -> problems.add(deployment.problem(path + "compute_cluster.id", wrong)));
            });
        }
        return problems;
    }

    private static Map<String, ClarifaiDeployment.Pool> places(Located<ClarifaiDeployment> deployment) {
        var places = new TreeMap<String, ClarifaiDeployment.Pool>();
        var listed = deployment.value().nodepools();
        for (var i = 0; i < listed.size(); i++) {
            places.put("nodepools[" + i + "].", listed.get(i));
        }
        var ranked = deployment.value().deploymentNodepools();
        for (var i = 0; i < ranked.size(); i++) {
            places.put(
                    "deployment_nodepools[" + i + "].",
                    new ClarifaiDeployment.Pool(
                            ranked.get(i).id(), ranked.get(i).computeCluster()));
        }
        return places;
    }

    private static Optional<String> wrongNodepool(
            ClarifaiDeployment.Pool place, Map<String, InstancePool> known, Collection<String> serving) {
        if (known.containsKey(place.id())) {
            return Optional.empty();
        }
        return Optional.of(
                serving.contains(place.id())
                        ? "what serves the nodepool \"" + place.id() + "\" is known, but no file has its machines;"
                                + " add one with nodepool: {id: " + place.id() + ", ...}"
                        : "there is no nodepool \"" + place.id() + "\"" + Nearest.hint(place.id(), known.keySet()));
    }

    private static Optional<String> wrongCluster(
            ClarifaiDeployment.Pool place, Map<String, InstancePool> known, Collection<String> clusterIds) {
        if (place.computeCluster().isEmpty()) {
            return Optional.empty();
        }
        var wanted = place.computeCluster().get().id();
        if (!clusterIds.contains(wanted)) {
            return Optional.of("there is no compute cluster \"" + wanted + "\"" + Nearest.hint(wanted, clusterIds));
        }
        return Optional.ofNullable(known.get(place.id()))
                .flatMap(InstancePool::computeCluster)
                .map(ComputeCluster.Named::id)
                .filter(is -> !is.equals(wanted) && clusterIds.contains(is))
                .map(is -> "the nodepool " + place.id() + " is in the compute cluster \"" + is + "\", not in \""
                        + wanted + "\"");
    }

    private static <R extends Record> void twice(
            String what, String path, List<Located<R>> all, Function<R, String> id, List<Problem> problems) {
        var seen = new HashMap<String, Node.Place>();
        for (var each : all) {
            var place = each.node().at(path).place();
            var before = seen.putIfAbsent(id.apply(each.value()), place);
            if (before != null) {
                problems.add(place.problem("there are two " + what + " " + id.apply(each.value()) + "; the other is at "
                        + before.source() + ":" + before.line()));
            }
        }
    }
}
