package dev.forebay.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatnessTest {
    @Test
    void whatRisesOnceAndStaysIsFlat() {
        assertEquals(List.of(), Flatness.wrong(samples(100, 150, 150, 151, 150, 149, 152, 151)));
    }

    @Test
    void whatKeepsGrowingIsNot() {
        var wrong = Flatness.wrong(samples(100, 110, 120, 130, 140, 150, 160, 170));

        assertEquals(List.of("resident memory, MiB grew: median 125 in the second quarter, 165 in the last"), wrong);
    }

    @Test
    void oneLostFrameFails() {
        var samples =
                IntStream.range(0, 4).mapToObj(i -> sample(100, i == 2 ? 1 : 0)).toList();

        assertTrue(Flatness.wrong(samples).getFirst().endsWith("1 frames were lost"));
    }

    private static List<SoakSample> samples(double... resident) {
        return DoubleStream.of(resident).mapToObj(mib -> sample(mib, 0)).toList();
    }

    private static SoakSample sample(double residentMib, long framesLost) {
        return new SoakSample(30, residentMib, 20, 400, 30, 30_000, 0, 0.2, 1, 300_000, 0, framesLost, 0.4);
    }
}
