/** The control API: what the gateway is doing, and what operators may change of it. */
@NullMarked
package dev.forebay.control;

import org.jspecify.annotations.NullMarked;
