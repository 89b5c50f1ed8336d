/** The MCP servers that ship with Forebay. */
@NullMarked
package dev.forebay.bundled;

import org.jspecify.annotations.NullMarked;
