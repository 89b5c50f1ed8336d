package dev.forebay.config;

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

    @Override
    public String toString() {
        return "***";
    }
}
