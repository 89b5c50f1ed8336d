/** Metrics and the request log: what the features' observer ports feed. */
@NullMarked
package dev.forebay.telemetry;

import org.jspecify.annotations.NullMarked;
