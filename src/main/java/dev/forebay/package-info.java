/** The program: its entry point, the wiring of all rooms, and the verbs that run in this process. */
@NullMarked
package dev.forebay;

import org.jspecify.annotations.NullMarked;
