package dev.forebay.routing;

import java.util.List;

/**
 * Where what operators have set outlives the process. Methods block, return once the change is on the disk, and are never
 * called on an event loop.
 */
public interface Overrides {
    /** Ordered by subject, id and setting. */
    List<Overridden> all();

    /** In place of an earlier one of the same subject, id and setting. */
    void put(Overridden override);

    /** Does nothing if there is none. */
    void remove(Overridden.Subject subject, String id, String setting);
}
