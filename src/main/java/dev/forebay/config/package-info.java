/** YAML as a located tree (value, path, line) and its binding to the records that each feature owns. */
@NullMarked
package dev.forebay.config;

import org.jspecify.annotations.NullMarked;
