package io.millrace.benchmarks.claimcheck;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;

/**
 * Payloads that can be created again by their numbers. Each differs from all others in its first eight bytes, which are
 * its number; making one costs a copy. Safe for use by many threads.
 */
final class TestPayloads {
    private static final String[] WORDS = {
        "amber", "basket", "copper", "delta", "ember", "forest", "glacier", "harbour", "island", "jasmine", "kettle",
        "lantern", "meadow", "needle", "orchard", "pebble", "quarry", "river", "saddle", "timber", "umbrella", "velvet",
        "willow", "yellow"
    };

    private final byte[] body;

    /** The content of the payloads. */
    enum Kind {
        /** Random bytes, as a compressed image is to a codec. */
        INCOMPRESSIBLE,
        /** Lines of JSON: names that repeat, words, numbers. */
        TEXT;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Kind of(String label) {
            return valueOf(label.toUpperCase(java.util.Locale.ROOT));
        }
    }

    TestPayloads(Kind kind, int size) {
        Random random = new Random(size);
        body = new byte[size];
        if (kind == Kind.INCOMPRESSIBLE) {
            random.nextBytes(body);
            return;
        }
        ByteBuffer text = ByteBuffer.wrap(body);
        while (text.hasRemaining()) {
            byte[] line = textLine(random).getBytes(StandardCharsets.US_ASCII);
            text.put(line, 0, Math.min(line.length, text.remaining()));
        }
    }

    private static String textLine(Random random) {
        StringBuilder line = new StringBuilder("{\"id\":").append(random.nextInt(10_000_000));
        line.append(",\"price\":\"").append(random.nextInt(100_000) / 100.0).append("\",\"description\":\"");
        for (int words = 4 + random.nextInt(8); words > 0; words--) {
            line.append(WORDS[random.nextInt(WORDS.length)]).append(words > 1 ? " " : "\"}\n");
        }
        return line.toString();
    }

    byte[] makePayload(long number) {
        byte[] payload = body.clone();
        ByteBuffer.wrap(payload).putLong(number);
        return payload;
    }

    /** Whether these are the bytes of the payload whose number they contain. */
    boolean isPayload(byte[] payload) {
        return payload.length == body.length
                && Arrays.equals(payload, Long.BYTES, payload.length, body, Long.BYTES, body.length);
    }

    static long number(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong();
    }

    /** Those from a number on. */
    Iterator<byte[]> payloadsFrom(long first, int count) {
        return new Iterator<>() {
            private int made;

            @Override
            public boolean hasNext() {
                return made < count;
            }

            @Override
            public byte[] next() {
                return makePayload(first + made++);
            }
        };
    }
}
