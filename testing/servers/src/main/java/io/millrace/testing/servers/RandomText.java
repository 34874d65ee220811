package io.millrace.testing.servers;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Text that cannot be guessed, for passwords. */
public final class RandomText {
    private RandomText() {}

    /** The given number of random bytes in hexadecimal digits. */
    public static String ofBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
