/** The edge: authentication, limits, error bodies, health and the metrics page. */
@NullMarked
package dev.forebay.http;

import org.jspecify.annotations.NullMarked;
