/** The agent loop: a model that calls tools inside one request. */
@NullMarked
package dev.forebay.agent;

import org.jspecify.annotations.NullMarked;
