package dev.forebay.mcp;

/** The server does not know our session any more; it has not looked at the request. */
final class SessionLost extends Exception {
    private static final long serialVersionUID = 1L;

    SessionLost() {
        super("the server has forgotten the session");
    }
}
