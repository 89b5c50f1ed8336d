package dev.forebay.bundled;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds time zones by whatever people call them: IANA id, city, country, abbreviation, offset. */
final class Zones {
    private static final Pattern OFFSET =
            Pattern.compile("(?:UTC|GMT)?\\s*([+-])(\\d{1,2})(?::?([0-5]\\d))?", Pattern.CASE_INSENSITIVE);

    private final ZoneId local;
    private final Map<String, String> byName = new HashMap<>();

    Zones(ZoneId local) {
        this.local = local;
        // The shortest id of a city first: America/Louisville before America/Kentucky/Louisville.
        var ids = ZoneId.getAvailableZoneIds().stream()
                .filter(id -> !id.startsWith("SystemV/"))
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        for (var id : ids) {
            byName.putIfAbsent(plain(id.substring(id.lastIndexOf('/') + 1)), id);
        }
        byName.putAll(ZoneNames.zones());
        ids.forEach(id -> {
            if (id.contains("/")) {
                byName.put(plain(id), id);
            }
        });
    }

    ZoneId local() {
        return local;
    }

    /** @throws ToolError if nothing is known by this name, or several zones are */
    ZoneId find(String name) throws ToolError {
        var plain = plain(name);
        if (plain.equals("local") || plain.equals(plain(local.getId()))) {
            return local;
        }
        var several = ZoneNames.ambiguous(plain);
        if (!several.isEmpty()) {
            throw new ToolError("\"%s\" may be %s; name one of them.".formatted(name, String.join(", ", several)));
        }
        // Before the names: to people GMT+5 is ahead of UTC, and the database's Etc/GMT+5 is behind.
        var offset = OFFSET.matcher(name.strip().replace('−', '-'));
        if (offset.matches()) {
            return offset(name, offset.group(1), offset.group(2), offset.group(3));
        }
        var id = byName.get(plain);
        if (id != null) {
            return ZoneId.of(id);
        }
        var near = near(plain);
        throw new ToolError(
                "No time zone is known as \"%s\"; %s give an IANA id as in Europe/Berlin, a city, or an offset as in +02:00."
                        .formatted(name, near.isEmpty() ? "" : "did you mean " + String.join(" or ", near) + "? Else"));
    }

    /** The local zone unless one is named. */
    ZoneId zoneOrLocal(Optional<String> name) throws ToolError {
        return name.isPresent() ? find(name.get()) : local;
    }

    /** For a tool's schema, with the forms that {@link #find} takes and what holds without it. */
    Field argument(String name, String purpose) {
        return Field.text(
                name,
                "%s: IANA id (Europe/Berlin), city (Tokyo), UTC, or offset (+02:00). Default: %s."
                        .formatted(purpose, local));
    }

    private static ZoneId offset(String name, String sign, String hours, @Nullable String minutes) throws ToolError {
        try {
            var seconds = Integer.parseInt(hours) * 3600 + (minutes == null ? 0 : Integer.parseInt(minutes) * 60);
            return ZoneOffset.ofTotalSeconds(sign.equals("-") ? -seconds : seconds);
        } catch (DateTimeException e) {
            throw new ToolError("\"%s\" is no offset: they go from -18:00 to +18:00.".formatted(name), e);
        }
    }

    private List<String> near(String plain) {
        record Rated(String id, int distance) {}
        var reach = Math.min(2, plain.length() / 3);
        return byName.entrySet().stream()
                .map(e -> new Rated(
                        e.getValue(),
                        plain.length() > 3 && e.getKey().contains(plain) ? 0 : distance(plain, e.getKey(), reach)))
                .filter(r -> r.distance() <= reach)
                .sorted(Comparator.comparingInt(Rated::distance).thenComparing(Rated::id))
                .map(Rated::id)
                .distinct()
                .limit(3)
                .toList();
    }

    /** Levenshtein's distance, or something larger than {@code reach} if the lengths alone say so. */
    private static int distance(String a, String b, int reach) {
        if (Math.abs(a.length() - b.length()) > reach) {
            return reach + 1;
        }
        var above = new int[b.length() + 1];
        Arrays.setAll(above, j -> j);
        for (var i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + change);
            }
            above = row;
        }
        return above[b.length()];
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace('_', ' ').replaceAll("[.,]", "");
    }
}
