/**
 * The MCP servers that ship with Forebay: time, calculator, files and notes, served over stdio by one small process that
 * needs neither network nor Node.
 *
 * <p>{@link Session} speaks the protocol itself: the SDK's server ends its session at the first line that is not JSON,
 * knows no cancellation, and brings Reactor with it.
 */
@NullMarked
package dev.forebay.bundled;

import org.jspecify.annotations.NullMarked;
