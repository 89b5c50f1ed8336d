/** Child processes: own session, signals to the group, environment by allow-list, a ring of log lines, adoption. */
@NullMarked
package dev.forebay.process;

import org.jspecify.annotations.NullMarked;
