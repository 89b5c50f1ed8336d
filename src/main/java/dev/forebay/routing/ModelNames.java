package dev.forebay.routing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names that models go by: the plain id, an alias, {@code user/app/models/id[/versions/v]}, and any URL that ends so,
 * as Clarifai's clients send it.
 */
public final class ModelNames {
    /**
     * @param version what {@code /versions/v} must say, or empty if the model has no versions
     */
    public record Named(String id, List<String> aliases, Optional<String> version) {
        public Named {
            aliases = List.copyOf(aliases);
        }
    }

    private static final Pattern PATH =
            Pattern.compile("(?:https?://[^/]+/)?([^/]+)/([^/]+)/models/([^/]+)(?:/versions/([^/]+))?/?");

    private final Map<String, Named> byName = new LinkedHashMap<>();
    private final String user;
    private final String app;

    /** @throws IllegalArgumentException if two models go by the same name */
    public ModelNames(Collection<Named> models, String user, String app) {
        this.user = user;
        this.app = app;
        for (var model : models) {
            add(model.id(), model);
            model.aliases().forEach(alias -> add(alias, model));
        }
    }

    /** The model's id. */
    public Optional<String> resolve(String name) {
        var known = byName.get(name);
        if (known != null) {
            return Optional.of(known.id());
        }
        if (name.length() > 512 || !name.contains("/models/")) {
            return Optional.empty();
        }
        var path = PATH.matcher(name);
        if (!path.matches() || !path.group(1).equals(user) || !path.group(2).equals(app)) {
            return Optional.empty();
        }
        return Optional.ofNullable(byName.get(path.group(3)))
                .filter(m -> path.group(4) == null || m.version().equals(Optional.of(path.group(4))))
                .map(Named::id);
    }

    /** Every id and alias, ids before their aliases. */
    public List<String> all() {
        return List.copyOf(byName.keySet());
    }

    private void add(String name, Named model) {
        var other = byName.putIfAbsent(name, model);
        if (other != null) {
            throw new IllegalArgumentException(
                    "models " + other.id() + " and " + model.id() + " both go by the name " + name);
        }
    }
}
