package dev.forebay.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the gateway is and the key for it.
 *
 * @param url with nothing behind the port
 * @param keyFrom where the key was found, for messages
 */
record Address(URI url, String key, String keyFrom) {
    static final String URL = "FOREBAY_URL";
    static final String KEY = "FOREBAY_API_KEY";

    /**
     * What the arguments say, else the environment, else what the gateway that runs over the data folder has announced. The
     * admin key of that folder goes to no other gateway.
     *
     * @throws Failure if there is none; the message says what to do
     */
    static Address find(Optional<String> url, Optional<String> key, Path data, Map<String, String> environment) {
        var named = url.or(() -> Optional.ofNullable(environment.get(URL)).filter(text -> !text.isBlank()));
        var base = named.map(Address::parsed).orElseGet(() -> announced(data));
        if (key.isPresent()) {
            return new Address(base, key.get(), "--key");
        }
        var preset = environment.get(KEY);
        if (preset != null && !preset.isBlank()) {
            return new Address(base, preset.strip(), KEY);
        }
        if (named.isPresent()) {
            throw Failure.ofUsage("a gateway that is named by --url or " + URL + " needs a key too: set " + KEY
                    + " to one that may administer it");
        }
        return new Address(base, adminKey(data), data.resolve("admin.key").toString());
    }

    private static URI parsed(String text) {
        var trimmed = text.strip().replaceFirst("/+$", "").replaceFirst("/v1$", "");
        try {
            var uri = URI.create(trimmed);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static Failure wrong(String text) {
        return Failure.ofUsage("the URL of a gateway looks like http://127.0.0.1:8080, got " + text);
    }

    /** Whether a gateway over this folder says where it listens; one that was killed says so still. */
    static boolean isAnnounced(Path data) {
        return announcement(data).isPresent();
    }

    private static URI announced(Path data) {
        return announcement(data).map(Address::parsed).orElseThrow(() -> notRunning(data));
    }

    private static Optional<String> announcement(Path data) {
        try {
            var lines = Files.readAllLines(data.resolve("lock"));
            return lines.size() > 1 && !lines.get(1).isBlank() ? Optional.of(lines.get(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Failure notRunning(Path data) {
        return Failure.of("no gateway runs over the data folder " + data
                + "; start one with forebay up, name its folder" + " with --data, or its URL with --url or " + URL);
    }

    private static String adminKey(Path data) {
        var file = data.resolve("admin.key");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw Failure.of("cannot read the admin key in " + file + "; set " + KEY
                    + " to a key that may administer the gateway");
        }
    }
}
