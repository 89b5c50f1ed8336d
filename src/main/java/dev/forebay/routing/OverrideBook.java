package dev.forebay.routing;

import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores overrides so that what changes nothing is neither written nor logged. */
final class OverrideBook {
    private static final Logger log = LoggerFactory.getLogger(OverrideBook.class);

    private final Overrides overrides;
    private final InstantSource clock;

    OverrideBook(Overrides overrides, InstantSource clock) {
        this.overrides = overrides;
        this.clock = clock;
    }

    List<Overridden> all() {
        return overrides.all();
    }

    void store(Overridden.Subject subject, String id, String setting, String value, String by) {
        var same = all().stream()
                .filter(each -> each.isOf(subject, id) && each.setting().equals(setting))
                .anyMatch(each -> each.value().equals(value));
        if (!same) {
            overrides.put(new Overridden(subject, id, setting, value, clock.instant(), by));
            log.atInfo()
                    .addKeyValue("subject", subject.word())
                    .addKeyValue("id", id)
                    .addKeyValue("setting", setting)
                    .addKeyValue("value", value)
                    .addKeyValue("key", by)
                    .log("override stored");
        }
    }

    void forget(Overridden.Subject subject, String id, String setting, String by) {
        var there = all().stream()
                .anyMatch(each -> each.isOf(subject, id) && each.setting().equals(setting));
        if (there) {
            overrides.remove(subject, id, setting);
            log.atInfo()
                    .addKeyValue("subject", subject.word())
                    .addKeyValue("id", id)
                    .addKeyValue("setting", setting)
                    .addKeyValue("key", by)
                    .log("override reset");
        }
    }
}
