/** Nodepools and the replicas in them, and the port that starts and stops replicas. */
@NullMarked
package dev.forebay.compute;

import org.jspecify.annotations.NullMarked;
