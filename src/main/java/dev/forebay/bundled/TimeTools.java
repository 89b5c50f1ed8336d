package dev.forebay.bundled;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.stream.Stream;

/** Time with zones, and arithmetic on dates. */
final class TimeTools {
    private TimeTools() {}

    static Server server(InstantSource clock, ZoneId local) {
        var zones = new Zones(local);
        return new Server(
                "time",
                "the current date and time anywhere, conversion between time zones, and arithmetic on dates.",
                Stream.concat(
                                new ClockTools(clock, zones).tools().stream(),
                                new CalendarTools(clock, zones).tools().stream())
                        .toList());
    }
}
