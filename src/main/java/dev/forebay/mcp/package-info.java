/** MCP servers as a source of tools: connections, transports, supervision, the catalog of tools. */
@NullMarked
package dev.forebay.mcp;

import org.jspecify.annotations.NullMarked;
