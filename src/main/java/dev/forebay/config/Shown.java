package dev.forebay.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of bound records as people may see them, defaults included: {@code nodepools[gpu].slots = 8}. Elements of a
 * list go by their id where they have one. Secrets show as three stars, and so does whatever stands below {@code env}
 * and {@code headers}, under keys that sound like one, behind such flags of a command, behind such names within a text
 * ({@code Authorization: ...}, {@code ?api_key=...}), and before the host of a URL.
 */
public final class Shown {
    private static final String SECRET = "***";
    private static final int TEXT_MAX = 200;
    private static final Set<String> NAMES = Set.of("id", "name", "nodepool");
    private static final Set<String> PRIVATE_MAPS = Set.of("env", "headers");
    private static final String PRIVATE_NAME =
            "[\\w-]*[_-](?:key|token)|token|[\\w-]*(?:secret|password|authorization)";
    private static final Pattern PRIVATE_KEY = Pattern.compile("(?i)" + PRIVATE_NAME);
    private static final Pattern PRIVATE_PART =
            Pattern.compile("(?i)((?<![\\w-])(?:" + PRIVATE_NAME + ")\\s*[=:]\\s*).+", Pattern.DOTALL);
    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]+@");

    /**
     * @param before empty for what was added
     * @param after empty for what was removed
     */
    public record Change(String path, Optional<String> before, Optional<String> after) {
        @Override
        public String toString() {
            return path + ": " + before.orElse("(none)") + " -> " + after.orElse("(none)");
        }
    }

    /** @param value compared, never shown where it is secret */
    private record Setting(Object value, boolean secret) {
        String text() {
            var whole = String.valueOf(value);
            var text = secret ? SECRET : value instanceof Words ? whole : withoutSecrets(whole);
            return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
        }
    }

    /** A list of plain values, such as the words of a command. */
    private record Words(List<?> words) {
        @Override
        public String toString() {
            var texts = new ArrayList<String>();
            var hides = false;
            for (var word : words) {
                var text = String.valueOf(word);
                texts.add(hides ? SECRET : withoutSecrets(text));
                hides = text.startsWith("-") && PRIVATE_KEY.matcher(text).matches();
            }
            return texts.toString();
        }
    }

    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private Shown() {}

    public static Shown of(Record configuration) {
        var shown = new Shown();
        shown.record("", configuration, false);
        return shown;
    }

    /** With a list of further records under a key of its own. */
    public static Shown of(Record configuration, String key, List<? extends Record> more) {
        var shown = of(configuration);
        shown.list(key, more, false);
        return shown;
    }

    /** Each setting's text by its path, in the order of the records. */
    public Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        settings.forEach((path, setting) -> texts.put(path, setting.text()));
        return texts;
    }

    /** What becomes of these settings by a change to those; a secret shows only that it has changed. */
    public List<Change> changesTo(Shown next) {
        return Stream.concat(settings.keySet().stream(), next.settings.keySet().stream())
                .distinct()
                .filter(path -> !Objects.equals(settings.get(path), next.settings.get(path)))
                .map(path -> new Change(path, text(settings.get(path)), text(next.settings.get(path))))
                .toList();
    }

    private static String withoutSecrets(String text) {
        var anonymous = USER_INFO.matcher(text).replaceAll("://" + SECRET + "@");
        return PRIVATE_PART.matcher(anonymous).replaceAll("$1" + SECRET);
    }

    private static Optional<String> text(@Nullable Setting setting) {
        return Optional.ofNullable(setting).map(Setting::text);
    }

    private void record(String path, Record record, boolean secret) {
        for (var component : record.getClass().getRecordComponents()) {
            var key = Binding.key(component.getName());
            put(
                    path.isEmpty() ? key : path + "." + key,
                    read(component, record),
                    secret
                            || PRIVATE_MAPS.contains(key)
                            || PRIVATE_KEY.matcher(key).matches());
        }
    }

    private void put(String path, @Nullable Object value, boolean secret) {
        switch (value) {
            case null -> {}
            case Optional<?> optional -> put(path, optional.orElse(null), secret);
            case OptionalInt optional -> {
                if (optional.isPresent()) {
                    put(path, optional.getAsInt(), secret);
                }
            }
            case Secret hidden -> settings.put(path, new Setting(hidden, true));
            case Map<?, ?> map -> map.forEach((key, each) -> put(path + "." + key, each, secret));
            case List<?> list when list.stream().anyMatch(Record.class::isInstance) -> list(path, list, secret);
            case List<?> list -> settings.put(path, new Setting(new Words(list), secret));
            case Record nested when Binding.isNested(nested.getClass()) -> record(path, nested, secret);
            case Enum<?> word -> settings.put(path, new Setting(word.name().toLowerCase(Locale.ROOT), secret));
            default -> settings.put(path, new Setting(value, secret));
        }
    }

    private void list(String path, List<?> list, boolean secret) {
        for (var i = 0; i < list.size(); i++) {
            put(path + "[" + name(list.get(i), i) + "]", list.get(i), secret);
        }
    }

    private static String name(@Nullable Object element, int index) {
        if (element instanceof Record record) {
            for (var component : record.getClass().getRecordComponents()) {
                if (NAMES.contains(component.getName())) {
                    return String.valueOf(read(component, record));
                }
            }
        }
        return Integer.toString(index);
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
