package dev.forebay.config;

import org.jspecify.annotations.Nullable;

/** A value that must not be seen. It prints as three stars; {@link #reveal} is for the one place that needs it. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    @FromText
    public static Secret of(String value) {
        return new Secret(value);
    }

    public String reveal() {
        return value;
    }

    /** Two of the same value are equal, so that records tell whether a configuration has changed. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
