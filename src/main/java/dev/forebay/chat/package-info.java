/** The words of a chat: requests, completions, events, usage, failures, and the ports that every lane goes through. */
@NullMarked
package dev.forebay.chat;

import org.jspecify.annotations.NullMarked;
