/** Which replica serves a request: deployments, leases, queues, and the names that models go by. */
@NullMarked
package dev.forebay.routing;

import org.jspecify.annotations.NullMarked;
