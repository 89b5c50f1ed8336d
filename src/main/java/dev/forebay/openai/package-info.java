/** The OpenAI API: its JSON to and from chat, and the relay's pipe of bytes. */
@NullMarked
package dev.forebay.openai;

import org.jspecify.annotations.NullMarked;
