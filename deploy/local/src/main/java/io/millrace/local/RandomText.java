package io.millrace.local;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Text that nobody can guess, for passwords. */
final class RandomText {
    private RandomText() {}

    /** So many random bytes in hexadecimal digits. */
    static String ofBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
