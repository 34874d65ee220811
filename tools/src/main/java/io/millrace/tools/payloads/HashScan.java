package io.millrace.tools.payloads;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Finds SHA-256 in lower-case hexadecimal digits among bytes of any format. References have them in text, whichever converter
 * wrote the record.
 */
final class HashScan {
    private static final int DIGITS = 64;

    private HashScan() {}

    /** Hands on each 64 digits in a row, also those within a longer row: one too many is kept, and none is missed. */
    static void findHashes(byte[] bytes, Consumer<String> found) {
        if (bytes == null) {
            return;
        }
        int row = 0;
        for (int i = 0; i < bytes.length; i++) {
            row = isDigit(bytes[i]) ? row + 1 : 0;
            if (row >= DIGITS) {
                found.accept(new String(bytes, i + 1 - DIGITS, DIGITS, StandardCharsets.US_ASCII));
            }
        }
    }

    private static boolean isDigit(byte character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }
}
