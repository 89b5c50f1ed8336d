package dev.forebay;

/**
 * One thing that commonly goes wrong, looked at.
 *
 * @param detail what was seen; with what to do about it unless all is well
 */
record Check(String name, Status status, String detail) {
    enum Status {
        OK,
        /** Nothing that keeps a gateway from starting. */
        NOTE,
        FAILED
    }

    static Check ok(String name, String detail) {
        return new Check(name, Status.OK, detail);
    }

    static Check note(String name, String detail) {
        return new Check(name, Status.NOTE, detail);
    }

    static Check failed(String name, String detail) {
        return new Check(name, Status.FAILED, detail);
    }
}
