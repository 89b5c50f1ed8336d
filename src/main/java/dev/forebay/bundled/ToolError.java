package dev.forebay.bundled;

/** A call that cannot be answered as asked. The message goes to the model: what is wrong, where, and what to do. */
final class ToolError extends Exception {
    private static final long serialVersionUID = 1L;

    ToolError(String message) {
        super(message);
    }

    ToolError(String message, Throwable cause) {
        super(message, cause);
    }

    String forModel() {
        return String.valueOf(getMessage());
    }
}
