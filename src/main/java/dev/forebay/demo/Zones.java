package dev.forebay.demo;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Time zones by their IANA name, by the city they are named after, and by some cities and countries beyond those. */
final class Zones {
    record Found(String zone, int from, int to) {}

    private static final String MORE = """
            san francisco=America/Los_Angeles, seattle=America/Los_Angeles, san diego=America/Los_Angeles,
            las vegas=America/Los_Angeles, california=America/Los_Angeles, boston=America/New_York,
            washington=America/New_York, miami=America/New_York, atlanta=America/New_York, nyc=America/New_York,
            houston=America/Chicago, dallas=America/Chicago, austin=America/Chicago, montreal=America/Toronto,
            ottawa=America/Toronto, rio de janeiro=America/Sao_Paulo, brasilia=America/Sao_Paulo,
            munich=Europe/Berlin, frankfurt=Europe/Berlin, hamburg=Europe/Berlin, cologne=Europe/Berlin,
            germany=Europe/Berlin, geneva=Europe/Zurich, bern=Europe/Zurich, basel=Europe/Zurich,
            switzerland=Europe/Zurich, milan=Europe/Rome, italy=Europe/Rome, barcelona=Europe/Madrid,
            spain=Europe/Madrid, france=Europe/Paris, lyon=Europe/Paris, england=Europe/London, uk=Europe/London,
            edinburgh=Europe/London, manchester=Europe/London, ireland=Europe/Dublin, netherlands=Europe/Amsterdam,
            austria=Europe/Vienna, sweden=Europe/Stockholm, norway=Europe/Oslo, finland=Europe/Helsinki,
            denmark=Europe/Copenhagen, greece=Europe/Athens, poland=Europe/Warsaw, kiev=Europe/Kyiv,
            st petersburg=Europe/Moscow, mumbai=Asia/Kolkata, delhi=Asia/Kolkata, new delhi=Asia/Kolkata,
            bangalore=Asia/Kolkata, bengaluru=Asia/Kolkata, chennai=Asia/Kolkata, india=Asia/Kolkata,
            beijing=Asia/Shanghai, shenzhen=Asia/Shanghai, china=Asia/Shanghai, osaka=Asia/Tokyo, kyoto=Asia/Tokyo,
            japan=Asia/Tokyo, korea=Asia/Seoul, south korea=Asia/Seoul, hanoi=Asia/Ho_Chi_Minh,
            abu dhabi=Asia/Dubai, tel aviv=Asia/Jerusalem, canberra=Australia/Sydney, wellington=Pacific/Auckland,
            new zealand=Pacific/Auckland, cape town=Africa/Johannesburg, south africa=Africa/Johannesburg,
            utc=UTC, gmt=UTC, cet=Europe/Paris
            """;
    private static final Set<String> REGIONS =
            Set.of("Europe", "Asia", "America", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica");
    /** Zones named after places whose names are everyday words too. */
    private static final Set<String> TOO_COMMON = Set.of(
            "center", "troll", "casey", "davis", "south pole", "knox", "easter", "north", "south", "west", "nome");

    private static final Map<String, String> BY_PLACE = places();
    private static final Pattern IANA = Pattern.compile("\\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2}\\b");
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}]*");

    private Zones() {}

    /** Every zone that the text names, in order of appearance. */
    static List<Found> find(String text) {
        var found = new ArrayList<Found>();
        for (var matcher = IANA.matcher(text); matcher.find(); ) {
            if (ZoneId.getAvailableZoneIds().contains(matcher.group())) {
                found.add(new Found(matcher.group(), matcher.start(), matcher.end()));
            }
        }
        var words = WORD.matcher(text).results().toList();
        for (var i = 0; i < words.size(); i++) {
            for (var length = Math.min(3, words.size() - i); length >= 1; length--) {
                var start = words.get(i).start();
                var end = words.get(i + length - 1).end();
                var zone = BY_PLACE.get(text.substring(start, end).toLowerCase(Locale.ROOT));
                if (zone != null && found.stream().noneMatch(other -> start < other.to() && other.from() < end)) {
                    found.add(new Found(zone, start, end));
                    i += length - 1;
                    break;
                }
            }
        }
        found.sort((a, b) -> Integer.compare(a.from(), b.from()));
        return found;
    }

    private static Map<String, String> places() {
        var places = new HashMap<String, String>();
        for (var id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            var slash = id.indexOf('/');
            if (slash > 0 && REGIONS.contains(id.substring(0, slash))) {
                var place =
                        id.substring(id.lastIndexOf('/') + 1).replace('_', ' ').toLowerCase(Locale.ROOT);
                if (!TOO_COMMON.contains(place)) {
                    places.putIfAbsent(place, id);
                }
            }
        }
        for (var pair : Pattern.compile("\\s*,\\s*").split(MORE.strip(), -1)) {
            var equals = pair.indexOf('=');
            places.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return places;
    }
}
