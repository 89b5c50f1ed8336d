package dev.forebay.access;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a token: its HMAC-SHA-256 under the installation's pepper. Tokens have 256 random bits, so a slow hash
 * would add nothing; the pepper stands outside the database, so a copy of the database alone cannot be used to check
 * guesses. Thread-safe; meant for few platform threads, each of which keeps a {@link Mac} of its own.
 */
public final class KeyHash {
    static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int PEPPER_BYTES_MIN = 32;

    private final SecretKeySpec pepper;

    // Event loops authenticate every request: looking up a provider and setting up the key each time costs more than
    // the hash itself.
    private final ThreadLocal<Work> work = ThreadLocal.withInitial(this::newWork);

    private static final class Work {
        private final Mac mac;
        private final byte[] out = new byte[BYTES];

        Work(Mac mac) {
            this.mac = mac;
        }
    }

    public KeyHash(byte[] pepper) {
        if (pepper.length < PEPPER_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "pepper: need " + PEPPER_BYTES_MIN + " bytes or more, got " + pepper.length);
        }
        this.pepper = new SecretKeySpec(pepper, ALGORITHM);
    }

    /** The hash in hexadecimal, as it is stored. */
    public String of(String token) {
        return HexFormat.of().formatHex(bytes(token));
    }

    /** Valid until the next call on this thread. */
    byte[] bytes(String token) {
        var mine = work.get();
        var text = token.getBytes(StandardCharsets.UTF_8);
        mine.mac.update(text, 0, text.length);
        try {
            mine.mac.doFinal(mine.out, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
        return mine.out;
    }

    private Work newWork() {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(pepper);
            return new Work(mac);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
        }
    }
}
