/** What would happen: a seeded simulation of events in virtual time over the classes that route and scale in production. */
@NullMarked
package dev.forebay.simulation;

import org.jspecify.annotations.NullMarked;
