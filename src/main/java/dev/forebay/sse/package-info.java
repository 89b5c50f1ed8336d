/** Event streams: the one scanner over bytes and the one writer with back-pressure. */
@NullMarked
package dev.forebay.sse;

import org.jspecify.annotations.NullMarked;
