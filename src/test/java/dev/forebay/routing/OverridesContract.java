package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.routing.Overridden.Subject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store of overrides must do. */
public interface OverridesContract {
    Instant NOW = Instant.parse("2026-11-25T08:00:00.123Z");

    Overrides store();

    static Overridden override(Subject subject, String id, String setting, String value) {
        return new Overridden(subject, id, setting, value, NOW, "key_1");
    }

    @Test
    default void keepsThemAsTheyAreInOrder() {
        var replica = override(Subject.REPLICA, "lab/0", "cordoned", "true");
        var second = override(Subject.DEPLOYMENT, "a \"quoted\"; model", "replicas.gpu", "2");
        var first = override(Subject.DEPLOYMENT, "a \"quoted\"; model", "enabled", "false");
        store().put(replica);
        store().put(second);
        store().put(first);

        assertEquals(List.of(first, second, replica), store().all());
    }

    @Test
    default void putsOneInPlaceOfTheEarlier() {
        store().put(override(Subject.DEPLOYMENT, "m", "replicas.gpu", "2"));
        var later = new Overridden(Subject.DEPLOYMENT, "m", "replicas.gpu", "3", NOW.plusSeconds(1), "key_2");
        store().put(later);

        assertEquals(List.of(later), store().all());
    }

    @Test
    default void removesOneAndNoOther() {
        var other = override(Subject.NODEPOOL, "m", "cordoned", "true");
        store().put(override(Subject.NODEPOOL, "gpu", "cordoned", "true"));
        store().put(other);

        store().remove(Subject.NODEPOOL, "gpu", "cordoned");
        store().remove(Subject.NODEPOOL, "gpu", "cordoned");
        store().remove(Subject.REPLICA, "m", "cordoned");

        assertEquals(List.of(other), store().all());
    }
}
