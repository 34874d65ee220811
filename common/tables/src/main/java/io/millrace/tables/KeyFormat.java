package io.millrace.tables;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * How the keys of a topic are read, and compared as {@link CanonicalKey}s. Implementations are safe for use by many threads,
 * except for {@link #decode}, which the table's loader alone calls.
 *
 * @param <K> the type of keys
 */
public interface KeyFormat<K> {
    /** Texts, as Kafka's {@code StringSerializer} writes them. */
    KeyFormat<String> TEXT = new KeyFormat<>() {
        @Override
        public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
            to.writeByte(CanonicalKey.TEXT).writeBytes(serialized);
        }

        @Override
        public void write(String key, ByteWriter to) {
            to.writeByte(CanonicalKey.TEXT).writeText(key);
        }

        @Override
        public String read(byte[] bytes, int from, int to) {
            return new String(bytes, from + 1, to - from - 1, StandardCharsets.UTF_8);
        }
    };

    /** Numbers, as Kafka's {@code LongSerializer} or {@code IntegerSerializer} writes them. */
    KeyFormat<Long> INTEGER = new KeyFormat<>() {
        @Override
        public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
            switch (serialized.remaining()) {
                case Integer.BYTES -> CanonicalKey.writeInteger(serialized.getInt(serialized.position()), to);
                case Long.BYTES -> CanonicalKey.writeInteger(serialized.getLong(serialized.position()), to);
                default ->
                    throw new UndecodableRecordException("expected 4 or 8 bytes, found " + serialized.remaining());
            }
        }

        @Override
        public void write(Long key, ByteWriter to) {
            CanonicalKey.writeInteger(key, to);
        }

        @Override
        public Long read(byte[] bytes, int from, int to) {
            return (Long) CanonicalKey.read(bytes, from, to);
        }
    };

    /** UUIDs, as Kafka's {@code UUIDSerializer} writes them: as text. */
    KeyFormat<UUID> UUID_TEXT = new KeyFormat<>() {
        @Override
        public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
            write(
                    UUID.fromString(StandardCharsets.UTF_8
                            .decode(serialized.duplicate())
                            .toString()),
                    to);
        }

        @Override
        public void write(UUID key, ByteWriter to) {
            CanonicalKey.write(key, to);
        }

        @Override
        public UUID read(byte[] bytes, int from, int to) {
            return UUID.fromString(TEXT.read(bytes, from, to));
        }
    };

    /** The bytes of the topic's keys. */
    KeyFormat<byte[]> BYTES = new KeyFormat<>() {
        @Override
        public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
            to.writeByte(CanonicalKey.BYTES).writeBytes(serialized);
        }

        @Override
        public void write(byte[] key, ByteWriter to) {
            to.writeByte(CanonicalKey.BYTES).writeBytes(key, 0, key.length);
        }

        @Override
        public byte[] read(byte[] bytes, int from, int to) {
            return Arrays.copyOfRange(bytes, from + 1, to);
        }
    };

    /**
     * Keys of another type.
     *
     * @param deserializer reads the topic's keys
     * @param toKey gives what {@link CanonicalKey#write} accepts: different keys must have different results
     * @param fromKey gives the key again, of what {@link CanonicalKey#read} returns
     */
    static <K> KeyFormat<K> of(Deserializer<K> deserializer, Function<K, Object> toKey, Function<Object, K> fromKey) {
        return new KeyFormat<>() {
            @Override
            public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
                write(deserializer.deserialize(topic, headers, serialized.duplicate()), to);
            }

            @Override
            public void write(K key, ByteWriter to) {
                CanonicalKey.write(toKey.apply(key), to);
            }

            @Override
            public K read(byte[] bytes, int from, int to) {
                return fromKey.apply(CanonicalKey.read(bytes, from, to));
            }
        };
    }

    /**
     * Writes the canonical form of a record's key.
     *
     * @param serialized the key as it is in the topic; valid only during this call
     * @throws RuntimeException if it is not a key of this format
     */
    void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to);

    /** Writes the canonical form of a key. */
    void write(K key, ByteWriter to);

    /** Reads the canonical form of a key. */
    K read(byte[] bytes, int from, int to);
}
