package dev.forebay.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * The text of a key: {@code fb_}, 43 characters (base64url of 32 random bytes) and 6 more with the CRC-32 of all before
 * them. The checksum tells a mistyped or cut key from an unknown one, and scanners for leaked secrets a key from noise.
 */
final class Token {
    static final int LENGTH_MIN = 20;
    static final int LENGTH_MAX = 256;

    private static final String PREFIX = "fb_";
    private static final int RANDOM_BYTES = 32;
    private static final int LENGTH = PREFIX.length() + 43 + 6;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private Token() {}

    static String generate(RandomGenerator random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        var body = PREFIX + BASE64.encodeToString(bytes);
        return body + checksum(body);
    }

    /** True for what looks like one of ours but cannot be. */
    static boolean isMistyped(String token) {
        if (!token.startsWith(PREFIX)) {
            return false;
        }
        var end = LENGTH - 6;
        return token.length() != LENGTH || !token.substring(end).equals(checksum(token.substring(0, end)));
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        var value = (int) crc.getValue();
        return BASE64.encodeToString(
                new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
    }
}
