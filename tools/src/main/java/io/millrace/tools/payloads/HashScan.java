package io.millrace.tools.payloads;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds SHA-256 in lower-case hexadecimal digits among bytes of any format. References have them in text, whichever converter
 * wrote the record.
 */
final class HashScan {
    private static final int DIGITS = 64;

    private HashScan() {}

    /** Takes a hash, and the index behind its last digit. */
    interface HashConsumer {
        void accept(String sha256, int end);
    }

    /** As {@link #visitHashes}, without the place. */
    static void findHashes(byte @Nullable [] bytes, Consumer<String> found) {
        visitHashes(bytes, (sha256, end) -> found.accept(sha256));
    }

    /** Passes each 64 digits in a row to the consumer, also those within a longer row, so that none is missed. */
    static void visitHashes(byte @Nullable [] bytes, HashConsumer found) {
        if (bytes == null) {
            return;
        }
        int row = 0;
        for (int i = 0; i < bytes.length; i++) {
            row = isDigit(bytes[i]) ? row + 1 : 0;
            if (row >= DIGITS) {
                found.accept(new String(bytes, i + 1 - DIGITS, DIGITS, StandardCharsets.US_ASCII), i + 1);
            }
        }
    }

    private static boolean isDigit(byte character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }
}
