package io.millrace.spool;

import io.millrace.payloads.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object. Version 1 of the grammar (RFC 5234; fixed numbers are big-endian):
 *
 * <pre>
 * object      = magic version codec size body crc end
 * magic       = "MRSP"
 * version     = %x01
 * codec       = %x00 / %x01                ; the body as it is, or as a frame of Zstandard (RFC 8878)
 * size        = 4OCTET                     ; of the body before compression, at most 1 GiB
 * crc         = 4OCTET                     ; CRC-32C of everything before it
 * end         = "PSRM"
 *
 * body        = writer incarnation sequence previous created id-header count *record    ; count records
 * writer      = text
 * incarnation = text
 * sequence    = number
 * previous    = number
 * created     = number                     ; milliseconds since 1970
 * id-header   = text
 * count       = number
 *
 * record      = flags topic [partition] timestamp first-attempt [floor] event-id [key] [value] headers
 * flags       = OCTET                      ; %x01 ambiguous, and what the record has:
 *                                          ; %x02 partition, %x04 floor, %x08 key, %x10 value
 * topic       = text
 * partition   = number
 * timestamp   = number
 * first-attempt = number
 * floor       = number
 * event-id    = text
 * key         = bytes
 * value       = bytes
 * headers     = number *header             ; that many
 * header      = text number *OCTET         ; 0 without a value, otherwise the length of the value plus 1
 *
 * text        = bytes                      ; UTF-8
 * bytes       = number *OCTET              ; that many
 * number      = *9(%x80-FF) %x00-7F        ; LEB128 without a sign, of 63 bits
 * </pre>
 *
 * Nothing follows the end. An object whose magic is right and whose version is another one is refused with that version.
 */
public final class SpoolFormat {
    /** More bytes than a body has: a record of Kafka is smaller, and so is a batch. */
    public static final int MAX_BYTES = 1 << 30;

    private static final int VERSION = 1;

    private static final int ZSTD = 1;
    private static final byte[] MAGIC = {'M', 'R', 'S', 'P'};
    private static final byte[] END = {'P', 'S', 'R', 'M'};
    private static final int HEAD_BYTES = MAGIC.length + 2 + Integer.BYTES;
    private static final int TAIL_BYTES = Integer.BYTES + END.length;

    private static final int AMBIGUOUS = 1;
    private static final int PARTITION = 2;
    private static final int FLOOR = 4;
    private static final int KEY = 8;
    private static final int VALUE = 16;
    private static final int ALL_FLAGS = 31;

    private SpoolFormat() {}

    /**
     * Writes an object; compressed, if that makes it smaller.
     *
     * @throws IllegalArgumentException if the records are larger than {@link #MAX_BYTES}
     */
    public static byte[] write(SpoolObject object) {
        byte[] body = writeBody(object);
        Codec.Encoded encoded = Codec.ZSTD.encode(body);
        byte[] stored = encoded.stored();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + stored.length + TAIL_BYTES)
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) (encoded.codec() == Codec.ZSTD ? ZSTD : 0))
                .putInt(body.length)
                .put(stored);
        bytes.putInt(crc(bytes.array(), bytes.position()));
        return bytes.put(END).array();
    }

    private static byte[] writeBody(SpoolObject object) {
        SpoolBytes out = new SpoolBytes()
                .text(object.incarnation().writer())
                .text(object.incarnation().id())
                .number(object.sequence())
                .number(object.previous())
                .number(object.created())
                .text(object.idHeader())
                .number(object.records().size());
        object.records().forEach(record -> writeRecord(out, record));
        return out.toArray();
    }

    private static void writeRecord(SpoolBytes out, SpooledRecord record) {
        boolean hasFloor = record.floor() != SpooledRecord.NO_FLOOR;
        out.octet((record.ambiguous() ? AMBIGUOUS : 0)
                | (record.partition() == null ? 0 : PARTITION)
                | (hasFloor ? FLOOR : 0)
                | (record.key() == null ? 0 : KEY)
                | (record.value() == null ? 0 : VALUE));
        out.text(record.topic());
        if (record.partition() != null) {
            out.number(record.partition());
        }
        out.number(record.timestamp()).number(record.firstAttempt());
        if (hasFloor) {
            out.number(record.floor());
        }
        out.text(record.eventId());
        writeOptional(out, record.key());
        writeOptional(out, record.value());
        out.number(record.headers().size());
        for (SpooledHeader header : record.headers()) {
            byte[] value = header.value();
            out.text(header.key());
            if (value == null) {
                out.number(0);
            } else {
                out.number(value.length + 1L).octets(value);
            }
        }
    }

    private static void writeOptional(SpoolBytes out, byte @Nullable [] bytes) {
        if (bytes != null) {
            out.bytes(bytes);
        }
    }

    /**
     * Reads an object. Needs no more memory than the body's size, which is a part of the object.
     *
     * @throws CorruptSpoolException if the bytes are not those of a whole object of this version
     */
    public static SpoolObject read(byte[] object) {
        if (object.length < HEAD_BYTES + TAIL_BYTES || !startsWith(object, 0, MAGIC)) {
            throw new CorruptSpoolException("expected MRSP and at least " + (HEAD_BYTES + TAIL_BYTES) + " bytes, found "
                    + object.length + " bytes of something else");
        }
        ByteBuffer bytes = ByteBuffer.wrap(object).position(MAGIC.length);
        int version = Byte.toUnsignedInt(bytes.get());
        if (version != VERSION) {
            throw new CorruptSpoolException("expected version " + VERSION + " of the format, found " + version
                    + "; a later version of Millrace reads it");
        }
        int end = object.length - END.length;
        int crcAt = end - Integer.BYTES;
        int found = bytes.getInt(crcAt);
        if (!startsWith(object, end, END) || found != crc(object, crcAt)) {
            throw new CorruptSpoolException(
                    "the checksum does not fit its " + object.length + " bytes: the object is incomplete or damaged");
        }
        int codec = Byte.toUnsignedInt(bytes.get());
        int size = bytes.getInt();
        if (codec > ZSTD || size < 0 || size > MAX_BYTES) {
            throw new CorruptSpoolException("expected codec 0 or 1 and a size up to " + MAX_BYTES + ", found codec "
                    + codec + " and " + Integer.toUnsignedString(size));
        }
        return readBody(decode(codec, Arrays.copyOfRange(object, HEAD_BYTES, crcAt), size));
    }

    private static byte[] decode(int codec, byte[] stored, int size) {
        try {
            return (codec == ZSTD ? Codec.ZSTD : Codec.NONE).decode(stored, size);
        } catch (RuntimeException e) {
            throw new CorruptSpoolException("the body " + e.getMessage(), e);
        }
    }

    private static SpoolObject readBody(byte[] body) {
        SpoolCursor in = new SpoolCursor(body);
        try {
            Incarnation incarnation = new Incarnation(in.text(), in.text());
            long sequence = in.number();
            long previous = in.number();
            long created = in.number();
            String idHeader = in.text();
            int count = in.count();
            List<SpooledRecord> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                records.add(readRecord(in));
            }
            in.requireEnd();
            return new SpoolObject(incarnation, sequence, previous, created, idHeader, records);
        } catch (IllegalArgumentException e) {
            throw new CorruptSpoolException("at byte " + in.position() + " of the body: " + e.getMessage(), e);
        }
    }

    private static SpooledRecord readRecord(SpoolCursor in) {
        int flags = in.octet();
        if (flags > ALL_FLAGS) {
            throw new CorruptSpoolException("at byte " + (in.position() - 1) + " of the body: expected flags up to "
                    + ALL_FLAGS + ", found " + flags);
        }
        String topic = in.text();
        Integer partition = (flags & PARTITION) == 0 ? null : in.int32();
        long timestamp = in.number();
        long firstAttempt = in.number();
        long floor = (flags & FLOOR) == 0 ? SpooledRecord.NO_FLOOR : in.number();
        String eventId = in.text();
        byte[] key = (flags & KEY) == 0 ? null : in.bytes();
        byte[] value = (flags & VALUE) == 0 ? null : in.bytes();
        int count = in.count();
        List<SpooledHeader> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(new SpooledHeader(in.text(), in.optionalBytes()));
        }
        return new SpooledRecord(
                (flags & AMBIGUOUS) != 0,
                topic,
                partition,
                timestamp,
                firstAttempt,
                floor,
                eventId,
                key,
                value,
                headers);
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] start) {
        return Arrays.equals(bytes, from, from + start.length, start, 0, start.length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
