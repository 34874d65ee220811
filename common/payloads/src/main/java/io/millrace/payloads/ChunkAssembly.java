package io.millrace.payloads;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Puts a stored payload together from the records between its first chunk and its manifest. Holds one copy of it. */
final class ChunkAssembly {
    private final ChunkUri uri;
    private final PayloadReference reference;
    private byte[] id;
    private long[] offsets;
    private byte[] stored;
    private int chunks;
    private int bytes;

    ChunkAssembly(ChunkUri uri, PayloadReference reference) {
        this.uri = uri;
        this.reference = reference;
    }

    /**
     * Takes the partition's next record.
     *
     * @return the stored payload where this was its manifest, else null
     * @throws CorruptPayloadException where the record is not what it has to be at its offset
     */
    byte[] take(ConsumerRecord<byte[], ByteBuffer> record) {
        if (id == null) {
            begin(record);
        }
        if (record.offset() > uri.manifest()) {
            throw new CorruptPayloadException(uri + " has no record at its manifest's offset");
        }
        boolean mine = Arrays.equals(id, record.key());
        if (record.offset() == uri.manifest()) {
            if (!mine) {
                throw new CorruptPayloadException(uri + " has another payload's record at its manifest's offset");
            }
            return complete(record);
        }
        if (mine) {
            add(record);
        }
        return null;
    }

    private void begin(ConsumerRecord<byte[], ByteBuffer> record) {
        if (record.offset() != uri.first()) {
            throw new CorruptPayloadException(uri + " has no record at its first chunk's offset");
        }
        if (record.key() == null || record.key().length != ChunkFormat.ID_BYTES) {
            throw new CorruptPayloadException(uri + " has a record at its first chunk's offset that is no chunk");
        }
        ChunkFormat.Chunk chunk = chunk(record);
        if (chunk.size() > reference.size()) {
            throw new CorruptPayloadException(
                    uri + " has " + chunk.size() + " bytes, more than the payload of " + reference.size());
        }
        if (chunk.count() > uri.manifest() - uri.first()) {
            throw new CorruptPayloadException(uri + " has " + chunk.count() + " chunks, more than records");
        }
        id = record.key();
        offsets = new long[chunk.count()];
        stored = new byte[(int) chunk.size()];
    }

    private void add(ConsumerRecord<byte[], ByteBuffer> record) {
        ChunkFormat.Chunk chunk = chunk(record);
        if (chunk.index() != chunks || chunk.count() != offsets.length || chunk.size() != stored.length) {
            throw new CorruptPayloadException(uri + " has at offset " + record.offset() + " the chunk " + chunk.index()
                    + " of " + chunk.count() + " and " + chunk.size() + " bytes, and not the chunk " + chunks + " of "
                    + offsets.length + " and " + stored.length + " bytes");
        }
        ByteBuffer value = record.value();
        int length = value == null ? 0 : value.remaining();
        if (length > stored.length - bytes) {
            throw new CorruptPayloadException(uri + " has chunks of more than " + stored.length + " bytes");
        }
        if (length > 0) {
            value.duplicate().get(stored, bytes, length);
        }
        offsets[chunks] = record.offset();
        chunks++;
        bytes += length;
    }

    private ChunkFormat.Chunk chunk(ConsumerRecord<byte[], ByteBuffer> record) {
        try {
            return ChunkFormat.chunk(record.headers());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(uri + " at offset " + record.offset() + " " + e.getMessage(), e);
        }
    }

    private byte[] complete(ConsumerRecord<byte[], ByteBuffer> record) {
        ChunkFormat.Manifest manifest;
        try {
            manifest = ChunkFormat.manifest(record.headers(), record.value());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(uri + " at offset " + record.offset() + " " + e.getMessage(), e);
        }
        if (chunks != offsets.length || bytes != stored.length) {
            throw new CorruptPayloadException(uri + " has " + chunks + " of " + offsets.length + " chunks and " + bytes
                    + " of " + stored.length + " bytes before its manifest");
        }
        if (manifest.size() != stored.length || !Arrays.equals(manifest.offsets(), offsets)) {
            throw new CorruptPayloadException(uri + " has a manifest of other chunks");
        }
        if (!manifest.sha256().equals(reference.sha256())) {
            throw new CorruptPayloadException(
                    uri + " has the SHA-256 " + manifest.sha256() + " and not " + reference.sha256());
        }
        return stored;
    }
}
