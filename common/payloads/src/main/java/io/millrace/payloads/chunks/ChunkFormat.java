package io.millrace.payloads.chunks;

import io.millrace.payloads.CorruptPayloadException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The records of a payload that is kept as chunks: on one partition, in this order, with records of other payloads between
 * them, all its chunks and its manifest. Version 1 of the grammar (RFC 5234; numbers are big-endian):
 *
 * <pre>
 * chunk          = key chunk-header chunk-value
 * manifest       = key manifest-header manifest-value
 * key            = 16OCTET                            ; the payload's id, random, another one for each attempt to store it
 * chunk-header   = version index count size           ; of the header "millrace-chunk"
 * chunk-value    = *OCTET                             ; the next bytes of the stored payload
 * manifest-header = version                           ; of the header "millrace-manifest"
 * manifest-value = count size sha256 1*offset         ; count offsets
 * version        = %x01
 * index          = 4OCTET                             ; of the chunk, from 0
 * count          = 4OCTET                             ; of all chunks, at least 1
 * size           = 8OCTET                             ; of the stored payload in bytes: all chunks' values together
 * sha256         = 32OCTET                            ; of the payload before compression, as in its reference
 * offset         = 8OCTET                             ; of a chunk, ascending
 * </pre>
 *
 * An empty payload has one empty chunk.
 */
final class ChunkFormat {
    static final String CHUNK_HEADER = "millrace-chunk";
    static final String MANIFEST_HEADER = "millrace-manifest";
    static final int ID_BYTES = 16;
    /** More than what key, header, record and batch add to a chunk's value, or count, size and hash to a manifest's. */
    static final int OVERHEAD = 1024;

    private static final byte VERSION = 1;
    private static final int CHUNK_HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES + Long.BYTES;
    private static final int SHA256_BYTES = 32;
    private static final int MANIFEST_FIXED_BYTES = Integer.BYTES + Long.BYTES + SHA256_BYTES;

    private ChunkFormat() {}

    /**
     * The header of a chunk.
     *
     * @param index of the chunk, from 0
     * @param count of all chunks
     * @param size of the stored payload in bytes
     */
    record Chunk(int index, int count, long size) {
        byte[] header() {
            return ByteBuffer.allocate(CHUNK_HEADER_BYTES)
                    .put(VERSION)
                    .putInt(index)
                    .putInt(count)
                    .putLong(size)
                    .array();
        }
    }

    /**
     * A manifest.
     *
     * @param size of the stored payload in bytes
     * @param sha256 of the payload before compression, in lower-case hexadecimal digits
     * @param offsets of the chunks
     */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    record Manifest(long size, String sha256, long[] offsets) {
        static byte[] header() {
            return new byte[] {VERSION};
        }

        byte[] value() {
            ByteBuffer value = ByteBuffer.allocate(MANIFEST_FIXED_BYTES + offsets.length * Long.BYTES)
                    .putInt(offsets.length)
                    .putLong(size)
                    .put(HexFormat.of().parseHex(sha256));
            for (long offset : offsets) {
                value.putLong(offset);
            }
            return value.array();
        }
    }

    /** How many chunks a stored payload has. */
    static int countChunks(long size, int chunkBytes) {
        return (int) Math.max(1, (size + chunkBytes - 1) / chunkBytes);
    }

    /**
     * Parses a record's headers as those of a chunk.
     *
     * @throws CorruptPayloadException if it is not one
     */
    static Chunk parseChunk(Headers headers) {
        ByteBuffer header = requireHeader(headers, CHUNK_HEADER, CHUNK_HEADER_BYTES);
        Chunk chunk = new Chunk(header.getInt(), header.getInt(), header.getLong());
        if (chunk.count < 1 || chunk.index < 0 || chunk.index >= chunk.count || chunk.size < 0) {
            throw new CorruptPayloadException("has numbers that are not valid for a chunk:"
                    + " index " + chunk.index + ", count "
                    + chunk.count + ", size " + chunk.size);
        }
        return chunk;
    }

    /**
     * Parses a record as a manifest.
     *
     * @throws CorruptPayloadException if it is not one
     */
    static Manifest parseManifest(Headers headers, @Nullable ByteBuffer record) {
        requireHeader(headers, MANIFEST_HEADER, 1);
        if (record == null || record.remaining() < MANIFEST_FIXED_BYTES) {
            throw new CorruptPayloadException("is too short for a manifest");
        }
        ByteBuffer value = record.duplicate();
        int count = value.getInt();
        long size = value.getLong();
        byte[] sha256 = new byte[SHA256_BYTES];
        value.get(sha256);
        if (count < 1 || value.remaining() != (long) count * Long.BYTES) {
            throw new CorruptPayloadException(
                    "has " + value.remaining() + " bytes for the offsets of " + count + " chunks");
        }
        long[] offsets = new long[count];
        value.asLongBuffer().get(offsets);
        return new Manifest(size, HexFormat.of().formatHex(sha256), offsets);
    }

    private static ByteBuffer requireHeader(Headers headers, String name, int bytes) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null || header.value().length == 0) {
            throw new CorruptPayloadException("has no header " + name);
        }
        ByteBuffer value = ByteBuffer.wrap(header.value());
        byte version = value.get();
        if (version != VERSION) {
            throw new CorruptPayloadException("has version " + version + " of the header " + name + ", not " + VERSION);
        }
        if (header.value().length != bytes) {
            throw new CorruptPayloadException("has " + header.value().length + " bytes in its header " + name);
        }
        return value;
    }
}
