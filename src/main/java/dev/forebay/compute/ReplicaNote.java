package dev.forebay.compute;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What the next gateway has to know of a replica's process to take it over, as one word.
 *
 * @param launch a hash of all that it was started by; only the same launch takes it over
 */
record ReplicaNote(String replicaId, int port, List<String> gpus, String launch) {
    String text() {
        return String.join(
                "|",
                URLEncoder.encode(replicaId, StandardCharsets.UTF_8),
                Integer.toString(port),
                String.join(",", gpus),
                launch);
    }

    /** Empty for the note of something else. */
    static Optional<ReplicaNote> parse(String text) {
        var parts = text.split("\\|", -1);
        if (parts.length != 4 || !parts[1].matches("\\d{1,5}")) {
            return Optional.empty();
        }
        var gpus = parts[2].isEmpty() ? List.<String>of() : List.of(parts[2].split(","));
        return Optional.of(new ReplicaNote(
                URLDecoder.decode(parts[0], StandardCharsets.UTF_8), Integer.parseInt(parts[1]), gpus, parts[3]));
    }
}
