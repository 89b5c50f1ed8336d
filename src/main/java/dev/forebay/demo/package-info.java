/** The demo model server: a rule-based stand-in for a model, honest about being one. */
@NullMarked
package dev.forebay.demo;

import org.jspecify.annotations.NullMarked;
