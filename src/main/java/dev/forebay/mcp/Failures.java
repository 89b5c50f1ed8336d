package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** How a call fails and how that is said: the server's name first, then what it did. */
final class Failures {
    private static final int TEXT_CHARS_MAX = 300;

    private Failures() {}

    static String cut(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "…";
    }

    /** A URL without its query, which may hold a key. */
    static String shown(URI url) {
        return url.getScheme() + "://" + url.getAuthority() + (url.getPath() == null ? "" : url.getPath());
    }

    static ToolFailure protocol(String server, String text) {
        return new ToolFailure(Kind.PROTOCOL, server + " " + text, null);
    }

    static ToolFailure unavailable(String server, String text, @Nullable Throwable cause) {
        return new ToolFailure(Kind.UNAVAILABLE, server + " " + text, cause);
    }

    static ToolFailure lost(String server, String text, @Nullable Throwable cause) {
        return new ToolFailure(Kind.LOST, server + ": " + text, cause);
    }
}
