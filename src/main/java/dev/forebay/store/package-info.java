/** What outlives the process, in SQL: keys, continuations, and the lock on the data directory. */
@NullMarked
package dev.forebay.store;

import org.jspecify.annotations.NullMarked;
