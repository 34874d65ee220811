package io.millrace.payloads.chunks;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.PayloadReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Puts a stored payload together from the records between its first chunk and its manifest. Holds one copy of it. */
final class ChunkAssembly {
    private final ChunkUri uri;
    private final PayloadReference reference;
    /** Null until the first chunk was read. */
    private @Nullable ReceivedChunks parts;

    /** What was read so far. */
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
     * @throws CorruptPayloadException if the record is not what it has to be at its offset
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
        }
        return null;
    }

    private ReceivedChunks readFirstChunk(ConsumerRecord<byte[], ByteBuffer> record) {
        if (record.offset() != uri.first()) {
            throw new CorruptPayloadException(uri + " has no record at its first chunk's offset");
        }
        if (record.key() == null || record.key().length != ChunkFormat.ID_BYTES) {
            throw new CorruptPayloadException(uri + " has a record at its first chunk's offset that is no chunk");
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
        ChunkFormat.Manifest manifest;
        try {
            manifest = ChunkFormat.parseManifest(record.headers(), record.value());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(uri + " at offset " + record.offset() + " " + e.getMessage(), e);
        }
        if (read.chunks != read.offsets.length || read.bytes != read.stored.length) {
            throw new CorruptPayloadException(uri + " has " + read.chunks + " of " + read.offsets.length
                    + " chunks and " + read.bytes + " of " + read.stored.length + " bytes before its manifest");
        }
        if (manifest.size() != read.stored.length || !Arrays.equals(manifest.offsets(), read.offsets)) {
            throw new CorruptPayloadException(uri + " has a manifest of other chunks");
        }
        if (!manifest.sha256().equals(reference.sha256())) {
            throw new CorruptPayloadException(
                    uri + " has the SHA-256 " + manifest.sha256() + " and not " + reference.sha256());
        }
        return read.stored;
    }
}
