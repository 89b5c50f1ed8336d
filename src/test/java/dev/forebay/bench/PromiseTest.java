package dev.forebay.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PromiseTest {
    private static final Promise CPU = new Promise(Row.CPU_1000, Target.FOREBAY, Promise.Rule.TIMES_NGINX, 1.75, 1.5);
    private static final Promise STREAMS =
            new Promise(Row.STREAMS, Target.FOREBAY, Promise.Rule.AT_LEAST, 5000, 10_000);

    private final Figures figures = new Figures();

    @Test
    void ratiosAreTakenWithinAWindow() {
        window(0, 100, 100);
        window(1, 200, 130);
        window(2, 300, 290);

        assertEquals(300.0 / 290, CPU.measured(figures).orElseThrow());
        assertEquals("goal", CPU.verdict(figures));
    }

    @Test
    void aWindowThatOneOfThemLacksDoesNotCount() {
        window(0, 160, 100);
        figures.window(1);
        figures.add(Row.CPU_1000, target(Target.FOREBAY), 1000);

        assertEquals(1.6, CPU.measured(figures).orElseThrow());
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        figures.add(Row.CPU_1000, target(Target.FOREBAY), 100);

        assertEquals("not measured", CPU.verdict(figures));
    }

    @Test
    void moreIsBetterWhereThePromiseIsALeast() {
        figures.add(Row.STREAMS, target(Target.FOREBAY), 5000);
        assertEquals("must", STREAMS.verdict(figures));

        figures.add(Row.STREAMS, target(Target.FOREBAY), 4999);
        assertEquals("**missed**", STREAMS.verdict(figures));
    }

    private void window(int number, double ours, double nginx) {
        figures.window(number);
        figures.add(Row.CPU_1000, target(Target.FOREBAY), ours);
        figures.add(Row.CPU_1000, target(Target.NGINX), nginx);
    }

    private static Target target(String name) {
        return new Target(name, 1, Map.of(), Target.Saturable.AS_EVER, null);
    }
}
