package dev.forebay.config;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Binds located YAML to records: a component {@code drainSeconds} is the key {@code drain_seconds}. All problems of a
 * file are found in one go. Components may be records, Optional, OptionalInt, List, Map with String keys, enums, String,
 * int, long (sizes such as {@code 32 MiB} too), double, boolean, Path (relative to the file), URI, and types with a
 * {@link FromText} factory.
 */
public final class Binding {
    /** Stands for a value that is wrong; its problem has been noted. */
    private enum Wrong {
        WRONG
    }

    private static final Wrong WRONG = Wrong.WRONG;

    private final Text text;
    private final @Nullable Consumer<Problem> unknownKeys;
    private final List<Problem> problems = new ArrayList<>();

    private Binding(Text text, @Nullable Consumer<Problem> unknownKeys) {
        this.text = text;
        this.unknownKeys = unknownKeys;
    }

    /**
     * For our own files: an unknown key is an error.
     *
     * @param environment what {@code ${env:NAME}} looks into; null for a variable that is not set
     * @throws ConfigException with every problem of the file
     */
    public static <R extends Record> R bind(
            Node.Mapping node, Class<R> type, Function<String, @Nullable String> environment) {
        return new Binding(new Text(environment, folder(node)), null).all(node, type);
    }

    /** For files of others, whose further keys are reported and passed over. */
    public static <R extends Record> R bindLeniently(
            Node.Mapping node,
            Class<R> type,
            Function<String, @Nullable String> environment,
            Consumer<Problem> unknownKeys) {
        return new Binding(new Text(environment, folder(node)), unknownKeys).all(node, type);
    }

    /** Every key below a record with its default: {@code server.port=8080}; a required key has none. */
    public static Map<String, Optional<String>> keys(Class<? extends Record> type) {
        var keys = new LinkedHashMap<String, Optional<String>>();
        collect(type, "", keys);
        return keys;
    }

    private static void collect(Class<?> type, String prefix, Map<String, Optional<String>> keys) {
        for (var component : type.getRecordComponents()) {
            var key = prefix + key(component.getName());
            var nested = element(component.getGenericType());
            var isRecord = nested.isRecord() && factory(nested) == null;
            var isList = List.class.isAssignableFrom(component.getType());
            var isMap = Map.class.isAssignableFrom(component.getType());
            if (isRecord) {
                collect(nested, key + (isList ? "[]" : isMap ? ".*" : "") + ".", keys);
            } else {
                keys.put(
                        key,
                        Optional.ofNullable(component.getAnnotation(Default.class))
                                .map(Default::value));
            }
        }
    }

    /** Whether a record is written as a mapping of its components, not as one word. */
    static boolean isNested(Class<?> type) {
        return type.isRecord() && (factory(type) == null || type.getRecordComponents().length > 1);
    }

    private static Class<?> element(Type type) {
        if (type instanceof ParameterizedType p) {
            var arguments = p.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return (Class<?>) type;
    }

    private static Path folder(Node node) {
        var parent = Path.of(node.place().source()).toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private <R extends Record> R all(Node.Mapping node, Class<R> type) {
        var bound = record(node, type);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return type.cast(bound);
    }

    private Object record(Node.Mapping node, Class<?> type) {
        var components = type.getRecordComponents();
        var known = Arrays.stream(components).map(c -> key(c.getName())).toList();
        node.members().forEach((key, value) -> {
            if (!known.contains(key)) {
                unknown(value.place().problem("unknown key" + Nearest.hint(key, known)));
            }
        });
        var arguments = new Object[components.length];
        var wrong = false;
        for (var i = 0; i < components.length; i++) {
            arguments[i] = component(node, components[i]);
            wrong |= arguments[i] == WRONG;
        }
        return wrong ? WRONG : construct(node, type, components, arguments);
    }

    private void unknown(Problem problem) {
        if (unknownKeys == null) {
            problems.add(problem);
        } else {
            unknownKeys.accept(problem);
        }
    }

    private Object construct(Node node, Class<?> type, RecordComponent[] components, Object[] arguments) {
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                return wrong(node, String.valueOf(wrong.getMessage()));
            }
            throw new IllegalStateException("cannot build " + type.getSimpleName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot build " + type.getSimpleName(), e);
        }
    }

    private Object component(Node.Mapping parent, RecordComponent component) {
        var key = key(component.getName());
        var node = parent.members().get(key);
        if (node != null && !(node instanceof Node.Scalar s && s.isNull())) {
            return value(node, component.getGenericType());
        }
        var absent = component.getAnnotation(Default.class);
        if (absent != null) {
            return byDefault(parent, key, absent.value(), component.getGenericType());
        }
        var type = component.getType();
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type.isRecord()) {
            return record(
                    new Node.Mapping(parent.place().key(key, parent.place().line()), Map.of()), type);
        }
        return wrong(parent, "the key \"" + key + "\" is missing");
    }

    private Object byDefault(Node.Mapping parent, String key, String written, Type type) {
        if (written.equals("[]")) {
            return List.of();
        }
        if (written.equals("{}")) {
            return Map.of();
        }
        return value(new Node.Scalar(parent.place().key(key, parent.place().line()), written, false), type);
    }

    private Object value(Node node, Type type) {
        if (type instanceof ParameterizedType p) {
            return generic(node, (Class<?>) p.getRawType(), p.getActualTypeArguments());
        }
        if (type == OptionalInt.class) {
            return value(node, int.class) instanceof Integer number ? OptionalInt.of(number) : WRONG;
        }
        var plain = (Class<?>) type;
        if (plain.isRecord() && node instanceof Node.Mapping mapping) {
            return record(mapping, plain);
        }
        return node instanceof Node.Scalar scalar
                ? scalar(scalar, plain)
                : wrong(node, "need " + name(plain) + ", got a " + kind(node));
    }

    private Object generic(Node node, Class<?> raw, Type[] arguments) {
        if (raw == Optional.class) {
            var value = value(node, arguments[0]);
            return value == WRONG ? WRONG : Optional.of(value);
        }
        if (raw == List.class) {
            var items = node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
            var values = items.stream().map(item -> value(item, arguments[0])).toList();
            return values.contains(WRONG) ? WRONG : values;
        }
        if (!(node instanceof Node.Mapping mapping)) {
            return wrong(node, "need keys and values, got a " + kind(node));
        }
        var values = new LinkedHashMap<String, Object>();
        mapping.members().forEach((key, item) -> values.put(key, value(item, arguments[1])));
        return values.containsValue(WRONG) ? WRONG : values;
    }

    private Object scalar(Node.Scalar scalar, Class<?> type) {
        try {
            var value = text.resolve(scalar.text());
            if (type == Path.class) {
                return text.path(value);
            }
            var factory = factory(type);
            // What may be absent is boxed.
            return factory == null
                    ? Scalars.parse(value, MethodType.methodType(type).unwrap().returnType())
                    : factory.invoke(null, value);
        } catch (IllegalArgumentException e) {
            return wrong(scalar, String.valueOf(e.getMessage()));
        } catch (InvocationTargetException e) {
            return wrong(
                    scalar,
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot call the factory of " + type.getSimpleName(), e);
        }
    }

    private Object wrong(Node node, String message) {
        problems.add(node.place().problem(message));
        return WRONG;
    }

    private static @Nullable Method factory(Class<?> type) {
        for (var method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(FromText.class)) {
                method.setAccessible(true);
                return method;
            }
        }
        return null;
    }

    private static String kind(Node node) {
        return switch (node) {
            case Node.Mapping _ -> "mapping";
            case Node.Sequence _ -> "list";
            case Node.Scalar(var _, var text, var _) -> "value: " + text;
        };
    }

    private static String name(Class<?> type) {
        return type.isRecord() ? "keys and values" : "a single value";
    }

    /** {@code bodyBytesMax} is written {@code body_bytes_max}. */
    public static String key(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
