/** Who is calling and what they may do. */
@NullMarked
package dev.forebay.access;

import org.jspecify.annotations.NullMarked;
