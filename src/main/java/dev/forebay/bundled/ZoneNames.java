package dev.forebay.bundled;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names that people give to zones and that the IANA database does not: big cities, countries of one zone, abbreviations. */
final class ZoneNames {
    private static final String NAMES = """
            UTC: utc, gmt, z, zulu, universal, greenwich
            Africa/Cairo: egypt
            Africa/Johannesburg: cape town, durban, pretoria, south africa, sast
            Africa/Lagos: nigeria, abuja
            Africa/Nairobi: kenya
            America/Argentina/Buenos_Aires: argentina
            America/Bogota: colombia, medellin
            America/Chicago: dallas, houston, austin, minneapolis, us central, central time, cdt
            America/Denver: salt lake city, us mountain, mountain time, mst, mdt
            America/Lima: peru
            America/Los_Angeles: san francisco, seattle, san diego, portland, las vegas, silicon valley, california, \
            us pacific, pacific time, pst, pdt
            America/New_York: washington, washington dc, boston, miami, atlanta, philadelphia, us eastern, eastern time, \
            est, edt
            America/Santiago: chile
            America/Sao_Paulo: rio de janeiro, rio, brasilia
            America/Toronto: ottawa, montreal
            America/Vancouver: victoria bc
            Asia/Bangkok: thailand
            Asia/Dubai: abu dhabi, united arab emirates, uae
            Asia/Ho_Chi_Minh: hanoi, vietnam
            Asia/Hong_Kong: hkt
            Asia/Jerusalem: israel
            Asia/Karachi: pakistan, islamabad, lahore, pkt
            Asia/Kolkata: india, mumbai, bombay, delhi, new delhi, bangalore, bengaluru, chennai, hyderabad, calcutta
            Asia/Manila: philippines
            Asia/Riyadh: saudi arabia
            Asia/Seoul: korea, south korea, kst
            Asia/Shanghai: china, beijing, shenzhen, guangzhou
            Asia/Singapore: sgt
            Asia/Taipei: taiwan
            Asia/Tokyo: japan, osaka, kyoto, jst
            Australia/Sydney: canberra, aest, aedt
            Europe/Amsterdam: netherlands, rotterdam, the hague
            Europe/Athens: greece
            Europe/Berlin: germany, munich, hamburg, frankfurt, cologne, stuttgart, cet, cest
            Europe/Brussels: belgium
            Europe/Bucharest: romania
            Europe/Copenhagen: denmark
            Europe/Dublin: ireland
            Europe/Helsinki: finland, eet, eest
            Europe/Istanbul: turkey, ankara
            Europe/Kyiv: ukraine, kiev
            Europe/Lisbon: portugal, porto, wet, west
            Europe/London: united kingdom, uk, england, scotland, manchester, edinburgh
            Europe/Madrid: spain, barcelona
            Europe/Moscow: st petersburg, msk
            Europe/Oslo: norway
            Europe/Paris: france, lyon, marseille
            Europe/Prague: czechia, czech republic
            Europe/Rome: italy, milan
            Europe/Stockholm: sweden
            Europe/Vienna: austria
            Europe/Warsaw: poland, krakow
            Europe/Zurich: switzerland, geneva, bern
            Pacific/Auckland: new zealand, wellington, nzst, nzdt
            Pacific/Honolulu: hawaii, hst
            """;

    /** Abbreviations and places that stand for several zones, and what to say instead. */
    private static final Map<String, List<String>> SEVERAL = Map.of(
            "cst", List.of("America/Chicago", "Asia/Shanghai", "America/Havana"),
            "ist", List.of("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
            "bst", List.of("Europe/London", "Asia/Dhaka"),
            "ast", List.of("America/Halifax", "Asia/Riyadh"),
            "usa", List.of("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
            "us", List.of("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
            "australia", List.of("Australia/Perth", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney"),
            "canada", List.of("America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Toronto"),
            "brazil", List.of("America/Manaus", "America/Sao_Paulo"),
            "russia", List.of("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok"));

    private ZoneNames() {}

    /** Lower-case names to zone ids. */
    static Map<String, String> zones() {
        var zones = new HashMap<String, String>();
        NAMES.lines().forEach(line -> {
            var parts = line.split(": ", 2);
            for (var name : parts[1].split(", ", -1)) {
                zones.put(name, parts[0]);
            }
        });
        return zones;
    }

    /** The zones that this name may mean; empty if it is not known to mean several. */
    static List<String> ambiguous(String name) {
        return SEVERAL.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
}
