package dev.forebay.telemetry;

import org.jspecify.annotations.Nullable;

/** A value of a log event that stands for several fields, written only when the line is. */
interface LogFields {
    void write(Fields to);

    /** Takes the fields of a line in order. */
    interface Fields {
        /** Nothing is written for null. */
        void text(String name, @Nullable String value);

        void number(String name, long value);
    }
}
