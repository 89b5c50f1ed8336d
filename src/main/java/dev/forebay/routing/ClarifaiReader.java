package dev.forebay.routing;

import dev.forebay.compute.ComputeCluster;
import dev.forebay.compute.InstancePool;
import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Located;
import dev.forebay.config.Nearest;
import dev.forebay.config.Node;
import dev.forebay.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds the documents of {@link ClarifaiFiles} one by one and collects what is wrong in all of them. */
final class ClarifaiReader {
    private static final Set<String> KEYS = Set.of("compute_cluster", "nodepool", "deployment");

    /** Say whose something is or who may see it, at any depth; there is one owner here, so they have nothing to change. */
    private static final Set<String> OWNERSHIP =
            Set.of("user_id", "app_id", "visibility", "key", "metadata", "created_at", "modified_at", "model_version");

    private final Function<String, @Nullable String> environment;
    private final Consumer<Problem> warnings;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Located<ComputeCluster>> clusters = new ArrayList<>();
    private final List<Located<InstancePool>> nodepools = new ArrayList<>();
    private final List<Located<ClarifaiDeployment>> deployments = new ArrayList<>();

    ClarifaiReader(Function<String, @Nullable String> environment, Consumer<Problem> warnings) {
        this.environment = environment;
        this.warnings = warnings;
    }

    void document(Node document) {
        if (!(document instanceof Node.Mapping mapping)
                || mapping.members().keySet().stream().noneMatch(KEYS::contains)) {
            return;
        }
        mapping.members().forEach((key, block) -> {
            switch (key) {
                case "compute_cluster" -> bind(block, ComputeCluster.class, clusters);
                case "nodepool" -> bind(block, InstancePool.class, nodepools);
                case "deployment" -> bind(block, ClarifaiDeployment.class, deployments);
                default -> warnings.accept(block.place().problem("unknown key" + Nearest.hint(key, KEYS)));
            }
        });
    }

    /** @throws ConfigException with everything that was wrong */
    ClarifaiFiles all() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new ClarifaiFiles(clusters, nodepools, deployments);
    }

    /** Keeps what is wrong, so that the rest is looked at all the same. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
    }

    private <R extends Record> void bind(Node block, Class<R> type, List<Located<R>> bound) {
        if (!(block instanceof Node.Mapping mapping)) {
            problems.add(block.place().problem("need keys and values, the first of them id"));
            return;
        }
        attempt(() -> {
            var node = packed((Node.Mapping) withoutOwnership(mapping));
            bound.add(new Located<>(node, Binding.bindLeniently(node, type, environment, warnings)));
        });
    }

    private static Node withoutOwnership(Node node) {
        return switch (node) {
            case Node.Mapping(var place, var members) -> {
                var kept = new LinkedHashMap<String, Node>();
                members.forEach((key, member) -> {
                    if (!OWNERSHIP.contains(key)) {
                        kept.put(key, withoutOwnership(member));
                    }
                });
                yield new Node.Mapping(place, kept);
            }
            case Node.Sequence(var place, var items) ->
                new Node.Sequence(
                        place,
                        items.stream().map(ClarifaiReader::withoutOwnership).toList());
            case Node.Scalar scalar -> scalar;
        };
    }

    /** Clarifai's own examples say {@code enable_packing}, its API only {@code disable_packing}. */
    private Node.Mapping packed(Node.Mapping deployment) {
        if (!(deployment.members().get("autoscale_config") instanceof Node.Mapping(var place, var members))
                || !(members.get("enable_packing") instanceof Node.Scalar enable)
                || enable.isNull()) {
            return deployment;
        }
        var enabled = truth(enable)
                .orElseThrow(
                        () -> new ConfigException(enable.place().problem("need true or false, got " + enable.text())));
        if (members.get("disable_packing") instanceof Node.Scalar disable
                && truth(disable).equals(Optional.of(enabled))) {
            throw new ConfigException(enable.place()
                    .problem("contradicts disable_packing: " + disable.text() + "; keep disable_packing alone"));
        }
        warnings.accept(enable.place().problem("is deprecated; write disable_packing: " + !enabled));
        var autoscale = new LinkedHashMap<>(members);
        autoscale.remove("enable_packing");
        autoscale.putIfAbsent("disable_packing", new Node.Scalar(enable.place(), Boolean.toString(!enabled), false));
        var changed = new LinkedHashMap<>(deployment.members());
        changed.put("autoscale_config", new Node.Mapping(place, autoscale));
        return new Node.Mapping(deployment.place(), changed);
    }

    private static Optional<Boolean> truth(Node.Scalar scalar) {
        return switch (scalar.text()) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
