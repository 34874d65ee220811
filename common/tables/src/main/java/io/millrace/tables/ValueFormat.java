package io.millrace.tables;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * What a table keeps of the values of its topic, and how that is read. {@link #decode} is called by the table's loader alone;
 * {@link #read} by many threads.
 *
 * @param <V> the type of values
 */
public interface ValueFormat<V> {
    /**
     * Keeps the whole value as it is in the topic, and deserialises it at each read.
     *
     * @param deserializer safe for use by many threads, as those of Kafka are
     */
    static <V> ValueFormat<V> of(String topic, Deserializer<V> deserializer) {
        return new ValueFormat<>() {
            @Override
            public boolean decode(String ofTopic, Headers headers, ByteBuffer serialized, ByteWriter to) {
                // A value that cannot be read is detected when it is loaded.
                deserializer.deserialize(ofTopic, headers, serialized.duplicate());
                to.writeBytes(serialized);
                return true;
            }

            @Override
            public V read(ByteBuffer kept) {
                return deserializer.deserialize(topic, new RecordHeaders(), kept);
            }
        };
    }

    /** Keeps the whole value, which any bytes are. */
    ValueFormat<ByteBuffer> BYTES = new ValueFormat<>() {
        @Override
        public boolean decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
            to.writeBytes(serialized);
            return true;
        }

        @Override
        public ByteBuffer read(ByteBuffer kept) {
            return kept;
        }
    };

    /**
     * Writes what the table keeps of a record's value.
     *
     * @param serialized the value as it is in the topic, which is not a tombstone; valid only during this call
     * @return false if the record deletes its key
     * @throws RuntimeException if it is not a value of this format
     */
    boolean decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to);

    /**
     * Reads what was kept.
     *
     * @param kept from position to limit; read-only
     */
    V read(ByteBuffer kept);
}
