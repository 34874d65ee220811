package io.millrace.benchmarks.schedules;

import java.util.Arrays;

/**
 * Messages with the ids {@code NAME-0} to {@code NAME-(count - 1)}, due one after the other over a time.
 *
 * @param begin when the first one is due, in milliseconds since 1970
 * @param spanMillis the time over which they are due
 * @param valueBytes the length of each value
 */
record DueMessages(String name, int count, long begin, long spanMillis, int valueBytes) {
    String id(int message) {
        return name + "-" + message;
    }

    /** The message that has an id; -1 if the id is of others. */
    int messageOf(String id) {
        return id.startsWith(name + "-") ? Integer.parseInt(id.substring(name.length() + 1)) : -1;
    }

    /** When a message is due, in milliseconds since 1970. */
    long due(int message) {
        return begin + message * spanMillis / count;
    }

    /** The value of all messages. */
    byte[] value() {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'v');
        return value;
    }
}
