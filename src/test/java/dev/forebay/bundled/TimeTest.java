package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimeTest {
    private Client client;

    @BeforeEach
    void start() throws Exception {
        var clock = InstantSource.fixed(Instant.parse("2026-11-25T08:15:30Z"));
        client = Client.of(clock, ZoneId.of("Europe/Berlin"), "time");
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    @Test
    void tellsTheCurrentTimeHereAndElsewhere() throws Exception {
        var here = client.call("current_time", Map.of());
        assertEquals("2026-11-25T09:15:30+01:00", here.get("time").asText());
        assertEquals("2026-11-25T08:15:30Z", here.get("utc").asText());
        assertEquals(1795594530, here.get("unix_seconds").asLong());
        assertEquals(48, here.get("iso_week").asInt());
        assertEquals("Wednesday", here.get("weekday").asText());
        assertFalse(here.get("daylight_saving").asBoolean());
        var there = client.call("current_time", Map.of("zone", "Sydney"));
        assertEquals("19:15:30", there.get("clock").asText());
        assertTrue(there.get("daylight_saving").asBoolean());
    }

    @Test
    void knowsZonesByTheNamesPeopleUse() throws Exception {
        var names = Map.ofEntries(
                Map.entry("europe/berlin", "Europe/Berlin"),
                Map.entry("America/New_York", "America/New_York"),
                Map.entry("new york", "America/New_York"),
                Map.entry("Washington, D.C.", "America/New_York"),
                Map.entry("Buenos Aires", "America/Buenos_Aires"),
                Map.entry("EST", "America/New_York"),
                Map.entry("pst", "America/Los_Angeles"),
                Map.entry("Bengaluru", "Asia/Kolkata"),
                Map.entry("Japan", "Asia/Tokyo"),
                Map.entry("local", "Europe/Berlin"),
                Map.entry("z", "UTC"),
                Map.entry("GMT", "UTC"),
                Map.entry("utc+5:30", "+05:30"),
                Map.entry("GMT+5", "+05:00"),
                Map.entry("Etc/GMT+5", "Etc/GMT+5"),
                Map.entry("-0800", "-08:00"),
                Map.entry("+2", "+02:00"));
        for (var name : names.entrySet()) {
            var zone = client.call("current_time", Map.of("zone", name.getKey()));
            assertEquals(name.getValue(), zone.get("zone").asText());
        }
    }

    @Test
    void refusesZonesThatAreUnknownOrSeveral() throws Exception {
        assertTrue(client.refusal("current_time", Map.of("zone", "Berlni")).contains("did you mean Europe/Berlin"));
        assertTrue(client.refusal("current_time", Map.of("zone", "Atlantis")).contains("give an IANA id"));
        assertTrue(client.refusal("current_time", Map.of("zone", "IST"))
                .contains("Asia/Kolkata, Asia/Jerusalem, Europe/Dublin"));
        assertTrue(client.refusal("current_time", Map.of("zone", "+19")).contains("-18:00 to +18:00"));
    }

    @Test
    void convertsBetweenZones() throws Exception {
        var summer = convert(Map.of("time", "2026-07-01 18:00", "from_zone", "Tokyo", "to_zone", "America/New_York"));
        assertEquals("2026-07-01T05:00:00-04:00", summer);
        assertEquals("2026-11-25T03:30:00-05:00", convert(Map.of("time", "9:30", "to_zone", "EST")));
        assertEquals("2026-11-25T20:30:00+00:00", convert(Map.of("time", "9:30 p.m.", "to_zone", "UTC")));
        assertEquals("2026-01-01T06:30:00+05:30", convert(Map.of("time", "2026-01-01T01:00:00Z", "to_zone", "India")));
        assertEquals("2026-11-25T09:15:30+01:00", convert(Map.of("time", "now", "from_zone", "Tokyo")));
        var result = client.call("convert_time", Map.of("time", "12:00", "to_zone", "Kathmandu"));
        assertEquals("+4:45 hours", result.get("difference").asText());
    }

    @Test
    void explainsTimesThatAreSkippedOrHappenTwice() throws Exception {
        var skipped = client.refusal("convert_time", Map.of("time", "2026-03-29 02:30", "to_zone", "UTC"));
        assertEquals(
                "02:30 on 2026-03-29 does not exist in Europe/Berlin: the clocks go forward from 02:00 to 03:00."
                        + " Use a time before 02:00 or from 03:00 on.",
                skipped);
        var twice = client.call("convert_time", Map.of("time", "2026-10-25 02:30", "to_zone", "UTC"));
        assertEquals("2026-10-25T00:30:00+00:00", twice.get("to_time").asText());
        assertTrue(twice.get("note").asText().contains("taken as the first (+02:00), the second is +01:00"));
        assertEquals("2026-10-25T01:30:00+00:00", convert(Map.of("time", "2026-10-25T02:30+01:00", "to_zone", "UTC")));
    }

    @Test
    void refusesTimesItCannotRead() throws Exception {
        for (var time : new String[] {"11/25/2026", "half past nine", "14", "2026-13-01 10:00", "13 pm", "25:00", ""}) {
            var refusal = client.refusal("convert_time", Map.of("time", time, "to_zone", "UTC"));
            assertTrue(refusal.startsWith("\"time\": "), refusal);
        }
        assertTrue(client.refusal("convert_time", Map.of("time", "2026-02-30 10:00"))
                .contains("does not exist"));
        assertTrue(client.refusal("convert_time", Map.of("time", "today")).contains("2026-11-25 14:30"));
        var refusal = client.refusal(
                "convert_time", Map.of("time", "2026-07-01T10:00+01:00", "from_zone", "Berlin", "to_zone", "UTC"));
        assertTrue(refusal.contains("+01:00") && refusal.contains("+02:00"));
    }

    @Test
    void addsOnTheCalendarAndOnTheClock() throws Exception {
        assertEquals("2026-02-28", add("2026-01-31", "1 month").get("date").asText());
        assertEquals("2028-02-29", add("2024-02-29", "P4Y").get("date").asText());
        assertEquals("2026-11-15", add("today", "-10 days").get("date").asText());
        assertEquals("2026-11-04", add("today", "3 weeks ago").get("date").asText());
        assertEquals(
                "2026-11-25T11:45:30+01:00",
                add("now", "2 hours and 30 minutes").get("time").asText());
        assertEquals("2026-11-25T10:45:30+01:00", add("now", "1.5h").get("time").asText());
        assertEquals(
                "2027-12-28T13:15:30+01:00",
                add("now", "P1Y1M3DT4H").get("time").asText());
        assertEquals(
                "2026-03-29T10:00:00+02:00",
                add("2026-03-28 10:00", "1 day").get("time").asText());
        assertEquals(
                "2026-03-29T11:00:00+02:00",
                add("2026-03-28 10:00", "24 hours").get("time").asText());
        var gap = add("2026-03-28 02:30", "1 day");
        assertEquals("2026-03-29T03:30:00+02:00", gap.get("time").asText());
        assertTrue(gap.get("note").asText().contains("2026-03-29 02:30 does not exist"));
    }

    @Test
    void refusesLengthsOfTimeItCannotRead() throws Exception {
        for (var duration :
                new String[] {"soon", "5", "2 fortnights", "1.5 months", "P", "1 day later", "99999999999 days"}) {
            var refusal = client.refusal("add_duration", Map.of("duration", duration));
            assertTrue(refusal.startsWith("\"duration\""), refusal);
        }
        assertTrue(
                client.refusal("add_duration", Map.of("duration", "9000 years")).contains("1 to 9999"));
        assertTrue(client.refusal("add_duration", Map.of("duration", "999999999 years"))
                .contains("1 to 9999"));
    }

    @Test
    void countsDaysAndWeekdays() throws Exception {
        var xmas = client.call("days_between", Map.of("from", "today", "to", "2026-12-25"));
        assertEquals(30, xmas.get("days").asInt());
        assertEquals(22, xmas.get("weekdays").asInt());
        var back = client.call("days_between", Map.of("from", "2026-12-25", "to", "2024-02-29"));
        assertEquals(-1030, back.get("days").asInt());
        assertEquals(-2, back.get("years").asInt());
        assertTrue(client.refusal("days_between", Map.of("from", "today", "to", "later"))
                .startsWith("\"to\""));
    }

    @Test
    void countsWeekdaysAsOneByOne() throws Exception {
        var random = new Random(7);
        for (var i = 0; i < 50; i++) {
            var from = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(3000));
            var to = from.plusDays(random.nextInt(500));
            var weekdays = from.datesUntil(to)
                    .filter(d -> d.getDayOfWeek().getValue() < 6)
                    .count();
            var result = client.call("days_between", Map.of("from", from.toString(), "to", to.toString()));
            assertEquals(weekdays, result.get("weekdays").asLong());
        }
    }

    private String convert(Map<String, ?> arguments) throws Exception {
        return client.call("convert_time", arguments).get("to_time").asText();
    }

    private JsonNode add(String start, String duration) throws Exception {
        return client.call("add_duration", Map.of("start", start, "duration", duration));
    }
}
