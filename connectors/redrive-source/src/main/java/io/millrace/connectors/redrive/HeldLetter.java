package io.millrace.connectors.redrive;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.TopicPlace;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A letter that waits, as a record of the state topic. Its key is the letter's place in the queue. The numbers of the value have the highest byte
 * first:
 *
 * <pre>
 * key     = topic "-" partition "@" offset                     ; UTF-8
 * value   = version due found timestamp bytes bytes headers    ; of key and value of the letter
 * version = int8                                               ; 1
 * due, found, timestamp = int64                                ; milliseconds since 1970
 * bytes   = length { int8 }                                    ; the length is an int32, -1 of bytes that are null
 * headers = count { bytes bytes }                              ; name and value; the count is an int32
 * </pre>
 *
 * @param letter the letter
 * @param dueMs when it comes back
 * @param foundMs when the connector has read it
 */
record HeldLetter(ConsumerRecord<byte[], byte[]> letter, long dueMs, long foundMs) {
    private static final byte VERSION = 1;
    private static final int NULL = -1;
    private static final int FIXED_BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;

    /** The place of a letter as a key. */
    static byte[] keyOf(ConsumerRecord<byte[], byte[]> letter) {
        return keyOf(placeOf(letter));
    }

    /** A place as a key. */
    static byte[] keyOf(TopicPlace place) {
        return place.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The place of a letter. */
    static TopicPlace placeOf(ConsumerRecord<byte[], byte[]> letter) {
        return new TopicPlace(letter.topic(), letter.partition(), letter.offset());
    }

    /**
     * The place in a key.
     *
     * @throws DataException if it is not one
     */
    static TopicPlace placeOf(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        Optional<TopicPlace> place = TopicPlace.find(text);
        return place.orElseThrow(() -> new DataException(
                "Expected the place of a letter as the key of a record of the state topic, found another one"));
    }

    /** The value of the state topic's record. */
    byte[] encode() {
        int size = FIXED_BYTES + sizeOf(letter.key()) + sizeOf(letter.value());
        int headers = 0;
        for (Header header : letter.headers()) {
            size += sizeOf(nameOf(header)) + sizeOf(header.value());
            headers++;
        }
        ByteBuffer buffer = ByteBuffer.allocate(size)
                .put(VERSION)
                .putLong(dueMs)
                .putLong(foundMs)
                .putLong(letter.timestamp());
        put(buffer, letter.key());
        put(buffer, letter.value());
        buffer.putInt(headers);
        for (Header header : letter.headers()) {
            put(buffer, nameOf(header));
            put(buffer, header.value());
        }
        return buffer.array();
    }

    private static byte[] nameOf(Header header) {
        return header.key().getBytes(StandardCharsets.UTF_8);
    }

    private static int sizeOf(byte @Nullable [] bytes) {
        return Integer.BYTES + (bytes == null ? 0 : bytes.length);
    }

    private static void put(ByteBuffer buffer, byte @Nullable [] bytes) {
        buffer.putInt(bytes == null ? NULL : bytes.length);
        if (bytes != null) {
            buffer.put(bytes);
        }
    }

    /**
     * The letter of a record of the state topic.
     *
     * @throws DataException naming the letter, if the value was written by another version or is not complete
     */
    static HeldLetter decode(byte[] key, byte[] value) {
        TopicPlace place = placeOf(key);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(value);
            byte version = buffer.get();
            if (version != VERSION) {
                throw new DataException("The state of the letter " + place + " has the version " + version
                        + ", expected " + VERSION + ": it was written by another version of the connector");
            }
            long due = buffer.getLong();
            long found = buffer.getLong();
            long timestamp = buffer.getLong();
            byte[] letterKey = take(buffer);
            byte[] letterValue = take(buffer);
            RecordHeaders headers = new RecordHeaders();
            int count = buffer.getInt();
            for (int i = 0; i < count; i++) {
                byte[] name = take(buffer);
                headers.add(new String(name == null ? new byte[0] : name, StandardCharsets.UTF_8), take(buffer));
            }
            return new HeldLetter(
                    new ConsumerRecord<>(
                            place.topic(),
                            place.partition(),
                            place.offset(),
                            timestamp,
                            TimestampType.CREATE_TIME,
                            ConsumerRecord.NULL_SIZE,
                            ConsumerRecord.NULL_SIZE,
                            letterKey,
                            letterValue,
                            headers,
                            Optional.empty()),
                    due,
                    found);
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new DataException("The state of the letter " + place + " is not complete", e);
        }
    }

    private static byte @Nullable [] take(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length == NULL) {
            return null;
        }
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** The letter's place, without its content. */
    @Override
    public String toString() {
        return RecordPlace.of(letter.topic(), letter.partition(), letter.offset()) + " due at " + dueMs;
    }
}
