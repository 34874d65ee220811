package io.millrace.payloads.chunks;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.PayloadReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Assembles a stored payload from the records between its first chunk and its manifest. Holds one copy of it. */
final class ChunkAssembly {
    /** So many bytes of other payloads are read without a proof. */
    private static final long FOREIGN_BYTES = 1024 * 1024;

    private final ChunkUri uri;
    private final PayloadReference reference;
    /** The bytes of records of other payloads between this one's. */
    private long foreignBytes;

    private boolean verified;
    /** Null until the first chunk was read. */
    private @Nullable ReceivedChunks parts;

    /** The chunks that were read so far. */
    private static final class ReceivedChunks {
        private final byte[] id;
        private final long[] offsets;
        private final byte[] stored;
        private int chunks;
        private int bytes;

        ReceivedChunks(byte[] id, ChunkFormat.Chunk first) {
            this.id = id;
            this.offsets = new long[first.count()];
            this.stored = new byte[(int) first.size()];
        }
    }

    ChunkAssembly(ChunkUri uri, PayloadReference reference) {
        this.uri = uri;
        this.reference = reference;
    }

    /**
     * Takes the partition's next record.
     *
     * @return the stored payload if this was its manifest, else null
     * @throws CorruptPayloadException if the record at this offset is not the expected one
     */
    byte @Nullable [] addRecord(ConsumerRecord<byte[], ByteBuffer> record) {
        ReceivedChunks read = parts == null ? readFirstChunk(record) : parts;
        parts = read;
        if (record.offset() > uri.manifest()) {
            throw new CorruptPayloadException(uri + " has no record at its manifest's offset");
        }
        boolean mine = Arrays.equals(read.id, record.key());
        if (record.offset() == uri.manifest()) {
            if (!mine) {
                throw new CorruptPayloadException(uri + " has another payload's record at its manifest's offset");
            }
            return completePayload(record, read);
        }
        if (mine) {
            addChunk(record, read);
        } else {
            foreignBytes += record.value() == null ? 0 : record.value().remaining();
        }
        return null;
    }

    /**
     * Whether so much of other payloads was read that the manifest has to prove that the payload is there, before more is: the
     * offsets of a forged reference may have anything between them.
     */
    boolean needsProof() {
        return !verified && foreignBytes > Math.max(reference.size(), FOREIGN_BYTES);
    }

    /**
     * Takes the record at the manifest's offset in advance.
     *
     * @throws CorruptPayloadException if it is not this payload's manifest
     */
    void verifyManifest(ConsumerRecord<byte[], ByteBuffer> record) {
        ReceivedChunks read = parts;
        if (read == null || record.offset() != uri.manifest() || !Arrays.equals(read.id, record.key())) {
            throw new CorruptPayloadException(uri + " has no manifest of its chunks");
        }
        requireOwn(parseManifest(record), read);
        verified = true;
    }

    private ReceivedChunks readFirstChunk(ConsumerRecord<byte[], ByteBuffer> record) {
        if (record.offset() != uri.first()) {
            throw new CorruptPayloadException(uri + " has no record at its first chunk's offset");
        }
        if (record.key() == null || record.key().length != ChunkFormat.ID_BYTES) {
            throw new CorruptPayloadException(uri + " has a record at its first chunk's offset that is not a chunk");
        }
        ChunkFormat.Chunk chunk = readHeader(record);
        if (chunk.size() > reference.size()) {
            throw new CorruptPayloadException(
                    uri + " has " + chunk.size() + " bytes, more than the payload of " + reference.size());
        }
        if (chunk.count() > uri.manifest() - uri.first()) {
            throw new CorruptPayloadException(uri + " has " + chunk.count() + " chunks, more than records");
        }
        return new ReceivedChunks(record.key(), chunk);
    }

    private void addChunk(ConsumerRecord<byte[], ByteBuffer> record, ReceivedChunks read) {
        ChunkFormat.Chunk chunk = readHeader(record);
        if (chunk.index() != read.chunks
                || chunk.count() != read.offsets.length
                || chunk.size() != read.stored.length) {
            throw new CorruptPayloadException(uri + " has at offset " + record.offset() + " the chunk " + chunk.index()
                    + " of " + chunk.count() + " and " + chunk.size() + " bytes, and not the chunk " + read.chunks
                    + " of "
                    + read.offsets.length + " and " + read.stored.length + " bytes");
        }
        ByteBuffer value = record.value();
        int length = value == null ? 0 : value.remaining();
        if (length > read.stored.length - read.bytes) {
            throw new CorruptPayloadException(uri + " has chunks of more than " + read.stored.length + " bytes");
        }
        if (length > 0) {
            value.duplicate().get(read.stored, read.bytes, length);
        }
        read.offsets[read.chunks] = record.offset();
        read.chunks++;
        read.bytes += length;
    }

    private ChunkFormat.Chunk readHeader(ConsumerRecord<byte[], ByteBuffer> record) {
        try {
            return ChunkFormat.parseChunk(record.headers());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(uri + " at offset " + record.offset() + " " + e.getMessage(), e);
        }
    }

    private byte[] completePayload(ConsumerRecord<byte[], ByteBuffer> record, ReceivedChunks read) {
        ChunkFormat.Manifest manifest = parseManifest(record);
        if (read.chunks != read.offsets.length || read.bytes != read.stored.length) {
            throw new CorruptPayloadException(uri + " has " + read.chunks + " of " + read.offsets.length
                    + " chunks and " + read.bytes + " of " + read.stored.length + " bytes before its manifest");
        }
        requireOwn(manifest, read);
        if (!Arrays.equals(manifest.offsets(), read.offsets)) {
            throw new CorruptPayloadException(uri + " has a manifest of other chunks");
        }
        return read.stored;
    }

    private ChunkFormat.Manifest parseManifest(ConsumerRecord<byte[], ByteBuffer> record) {
        try {
            return ChunkFormat.parseManifest(record.headers(), record.value());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(uri + " at offset " + record.offset() + " " + e.getMessage(), e);
        }
    }

    private void requireOwn(ChunkFormat.Manifest manifest, ReceivedChunks read) {
        if (manifest.size() != read.stored.length
                || manifest.offsets().length != read.offsets.length
                || manifest.offsets()[0] != uri.first()) {
            throw new CorruptPayloadException(uri + " has a manifest of other chunks");
        }
        if (!manifest.sha256().equals(reference.sha256())) {
            throw new CorruptPayloadException(
                    uri + " has the SHA-256 " + manifest.sha256() + " and not " + reference.sha256());
        }
    }
}
