package dev.forebay.routing;

import java.time.Instant;
import java.util.Optional;

/**
 * Why a nodepool was opened, closed or held back.
 *
 * @param what {@code opened}, {@code closed} or {@code held back}
 * @param why in a sentence, with the numbers it was decided by
 * @param until when it is looked at again at the latest; absent if only events can change it
 */
public record Decision(Instant at, String nodepool, String what, String why, Optional<Instant> until) {}
