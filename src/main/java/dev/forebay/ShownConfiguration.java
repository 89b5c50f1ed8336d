package dev.forebay;

import dev.forebay.config.Binding;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Every key of a configuration with the value that holds, a line each, as {@code config keys} has them; no secret. */
final class ShownConfiguration {
    private final PrintWriter out;

    ShownConfiguration(PrintWriter out) {
        this.out = out;
    }

    void print(Configuration configuration) {
        members(configuration, "");
    }

    private void members(Record of, String prefix) {
        for (var component : of.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                value(
                        prefix + Binding.key(component.getName()),
                        component.getAccessor().invoke(of));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void value(String key, Object value) {
        switch (value) {
            case Optional<?> optional -> optional.ifPresent(present -> value(key, present));
            case OptionalInt optional -> optional.ifPresent(present -> value(key, present));
            case Collection<?> items
            when items.stream().anyMatch(Record.class::isInstance) -> {
                var index = 0;
                for (var item : items) {
                    value(key + "[" + index++ + "]", item);
                }
            }
            case Map<?, ?> map -> map.forEach((name, item) -> value(key + "." + name, item));
            case Record nested -> members(nested, key + ".");
            case Enum<?> word -> out.println(key + " = " + word.name().toLowerCase(Locale.ROOT));
            default -> out.println(key + " = " + value);
        }
    }
}
