package io.millrace.it.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.util.List;

/** Objects as a producer of this name stores them in an outage. */
public final class SpooledEvents {
    private static final String ID_HEADER = "ce_id";

    private final SpoolStore store;
    private final Incarnation incarnation;
    private long last;

    public SpooledEvents(SpoolStore store, String writer) {
        this.store = store;
        this.incarnation = new Incarnation(writer, "0123456789abcdef0123456789abcdef");
    }

    public Incarnation incarnation() {
        return incarnation;
    }

    /** Stores an object with one record of partition 0, which may be in Kafka already; returns its name below the location. */
    public String store(String topic, String value) {
        long now = System.currentTimeMillis();
        SpooledRecord record = new SpooledRecord(
                true,
                topic,
                0,
                now,
                now,
                SpooledRecord.NO_FLOOR,
                value,
                bytes("key"),
                bytes(value),
                List.of(new SpooledHeader(ID_HEADER, bytes(value))));
        long sequence = last + 1;
        byte[] object =
                SpoolFormat.write(new SpoolObject(incarnation, sequence, last, now, ID_HEADER, List.of(record)));
        return put(sequence, object);
    }

    /** Stores an object that cannot be read; returns its name below the location. */
    public String storeCorrupt() {
        return put(last + 1, bytes("corrupt"));
    }

    private String put(long sequence, byte[] object) {
        SpoolKey key = SpoolKey.of(incarnation, sequence, object);
        store.put(key, object).join();
        last = sequence;
        return SpoolStore.nameOf(key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
