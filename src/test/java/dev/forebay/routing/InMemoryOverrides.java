package dev.forebay.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Overrides for as long as the test runs. */
public final class InMemoryOverrides implements Overrides {
    private final List<Overridden> all = new ArrayList<>();

    @Override
    public synchronized List<Overridden> all() {
        return all.stream()
                .sorted(Comparator.comparing((Overridden each) -> each.subject().word())
                        .thenComparing(Overridden::id)
                        .thenComparing(Overridden::setting))
                .toList();
    }

    @Override
    public synchronized void put(Overridden override) {
        remove(override.subject(), override.id(), override.setting());
        all.add(override);
    }

    @Override
    public synchronized void remove(Overridden.Subject subject, String id, String setting) {
        all.removeIf(each -> each.isOf(subject, id) && each.setting().equals(setting));
    }
}
