package io.millrace.benchmarks.tables;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A compacted topic that is loaded, and what it contains: keys of 12 characters, and random values that key and version determine.
 *
 * @param bootstrapServers the broker
 * @param name the topic
 * @param partitions how many it has
 * @param keys how many keys it has
 * @param versions how many records each key has, of which the last one counts
 * @param valueBytes the length of each value
 * @param directory an empty directory for a contender's files
 */
public record TableTopic(
        String bootstrapServers, String name, int partitions, int keys, int versions, int valueBytes, Path directory) {
    /** The length of a key. */
    public static final int KEY_BYTES = 12;

    /** The records of the topic. */
    public long records() {
        return (long) keys * versions;
    }

    /** The key of this number. */
    public static String key(int number) {
        return String.format("key-%08d", number);
    }

    /** The value of a key's version. */
    public byte[] value(int number, int version) {
        byte[] value = new byte[valueBytes];
        new Random(31L * number + version).nextBytes(value);
        byte[] key = key(number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(key, 0, value, Math.min(1, valueBytes), Math.min(key.length, Math.max(0, valueBytes - 1)));
        return value;
    }
}
