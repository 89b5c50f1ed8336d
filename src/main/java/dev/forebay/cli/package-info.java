/** The verbs that talk to a running gateway over HTTP. They start quickly: nothing here may load Vert.x. */
@NullMarked
package dev.forebay.cli;

import org.jspecify.annotations.NullMarked;
