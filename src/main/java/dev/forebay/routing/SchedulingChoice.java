package dev.forebay.routing;

import dev.forebay.config.FromText;
import java.util.Locale;

/**
 * Clarifai's preferences among nodepools, which it numbers. It is kept as it stands; the order of
 * the nodepools is what decides here.
 */
public enum SchedulingChoice {
    FAIL(1),
    RANDOM(2),
    PRICE(3),
    PERFORMANCE(4),
    NETWORK(5),
    UTILIZATION(6),
    PREFER_SPOT(7),
    PREFER_ONDEMAND(8);

    private final int number;

    SchedulingChoice(int number) {
        this.number = number;
    }

    @FromText
    static SchedulingChoice of(String text) {
        var wanted = text.strip().toUpperCase(Locale.ROOT);
        for (var choice : values()) {
            if (wanted.equals(choice.name()) || wanted.equals(Integer.toString(choice.number))) {
                return choice;
            }
        }
        throw new IllegalArgumentException("need 1 to 8 or a name such as PERFORMANCE, got " + text);
    }
}
