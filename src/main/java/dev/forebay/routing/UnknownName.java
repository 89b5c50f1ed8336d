package dev.forebay.routing;

import dev.forebay.config.Nearest;
import java.util.Collection;

/** There is nothing of that name; the message says so, with the nearest one that there is. */
public final class UnknownName extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_MAX = 100;

    public UnknownName(String what, String name, Collection<String> known) {
        super("there is no " + what + " \"" + shown(name) + "\"" + Nearest.hint(shown(name), known));
    }

    private static String shown(String name) {
        return name.length() <= SHOWN_MAX ? name : name.substring(0, SHOWN_MAX) + "…";
    }
}
