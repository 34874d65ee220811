package io.millrace.it.security;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords that are in no text by chance. */
final class RandomPassword {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomPassword() {}

    static String next() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
