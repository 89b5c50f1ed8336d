/** One model turn against a replica, in either lane. */
@NullMarked
package dev.forebay.upstream;

import org.jspecify.annotations.NullMarked;
