package dev.forebay.mcp;

/** Finds the id of an answer that is too large to keep, wherever in the message it stands, byte by byte. */
final class AnswerId {
    private static final int TOKEN_MAX = 32;

    private final StringBuilder token = new StringBuilder();
    private String key = "";
    private long id = Wire.NO_ID;
    private boolean isAnswer = true;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** {@link Wire#NO_ID} if there was none, or if the message is no answer. */
    long found() {
        return isAnswer ? id : Wire.NO_ID;
    }

    void feed(byte[] bytes, int from, int to) {
        for (var i = from; i < to; i++) {
            feed((char) (bytes[i] & 0xff));
        }
    }

    private void feed(char c) {
        if (inString) {
            inString(c);
            return;
        }
        switch (c) {
            case '"' -> {
                inString = true;
                token.setLength(0);
            }
            case '{', '[' -> depth++;
            case '}', ']' -> {
                endOfMember();
                depth--;
            }
            case ':' -> {
                if (depth == 1) {
                    key = token.toString();
                    token.setLength(0);
                }
            }
            case ',' -> endOfMember();
            default -> keep(c);
        }
    }

    private void inString(char c) {
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"') {
            inString = false;
            return;
        }
        keep(c);
    }

    private void keep(char c) {
        if (depth == 1 && c > ' ' && token.length() < TOKEN_MAX) {
            token.append(c);
        }
    }

    private void endOfMember() {
        if (depth != 1) {
            return;
        }
        if (key.equals("id") && token.toString().matches("\\d{1,18}")) {
            id = Long.parseLong(token.toString());
        } else if (key.equals("method")) {
            isAnswer = false;
        }
        key = "";
        token.setLength(0);
    }
}
