package io.millrace.connectors.schedule;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of schedules that have ended without a cancel, up to a number, so that a cancel that comes too late is told from one of an
 * unknown id. They are loaded from the tombstones of the schedules topic, for as long as the brokers have these. For use by one thread.
 */
final class EndedSchedules {
    private final Map<ByteBuffer, Boolean> ids;

    /** None yet. If there are more than this number, those that ended first are forgotten. */
    EndedSchedules(int max) {
        ids = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
                return size() > max;
            }
        };
    }

    void add(byte[] slot) {
        ByteBuffer id = ByteBuffer.wrap(slot);
        ids.remove(id);
        ids.put(id, true);
    }

    void remove(byte[] slot) {
        ids.remove(ByteBuffer.wrap(slot));
    }

    boolean contains(byte[] slot) {
        return ids.containsKey(ByteBuffer.wrap(slot));
    }
}
