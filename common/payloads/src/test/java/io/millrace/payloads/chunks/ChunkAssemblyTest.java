package io.millrace.payloads.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ChunkAssemblyTest {
    private static final byte[] PAYLOAD = "abcdefgh".getBytes(StandardCharsets.US_ASCII);
    private static final String SHA256 = Sha256.of(PAYLOAD);
    private static final byte[] ID = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER_ID = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);

    @Test
    void givesThePayloadBackFromBetweenRecordsOfOthers() {
        List<ConsumerRecord<byte[], ByteBuffer>> records = List.of(
                chunk(5, ID, 0, "abc"),
                chunk(6, OTHER_ID, 0, "xyz"),
                record(8, null, "no chunk at all"),
                chunk(9, ID, 1, "def"),
                chunk(10, ID, 2, "gh"),
                manifest(12, ID, SHA256, 5, 9, 10));

        assertThat(take(records, PAYLOAD.length)).isEqualTo(PAYLOAD);
    }

    @Test
    void refusesChunksThatAreSwapped() {
        assertCorrupt("offset 6", List.of(chunk(5, ID, 0, "abc"), chunk(6, ID, 2, "gh"), chunk(7, ID, 1, "def")));
    }

    @Test
    void refusesAChunkThatComesTwice() {
        assertCorrupt("offset 6", List.of(chunk(5, ID, 0, "abc"), chunk(6, ID, 0, "abc")));
    }

    @Test
    void refusesAManifestBeforeTheLastChunk() {
        assertCorrupt(
                "2 of 3 chunks",
                List.of(chunk(5, ID, 0, "abc"), chunk(6, ID, 1, "def"), manifest(12, ID, SHA256, 5, 6, 7)));
    }

    @Test
    void refusesAManifestThatNamesOtherOffsets() {
        assertCorrupt(
                "other chunks",
                List.of(
                        chunk(5, ID, 0, "abc"),
                        chunk(6, ID, 1, "def"),
                        chunk(7, ID, 2, "gh"),
                        manifest(12, ID, SHA256, 5, 6, 8)));
    }

    @Test
    void refusesAManifestOfAnotherPayload() {
        String other = Sha256.of(new byte[8]);
        assertCorrupt(
                other,
                List.of(
                        chunk(5, ID, 0, "abc"),
                        chunk(6, ID, 1, "def"),
                        chunk(7, ID, 2, "gh"),
                        manifest(12, ID, other, 5, 6, 7)));
    }

    @Test
    void refusesAnotherRecordAtTheManifestsOffset() {
        assertCorrupt("another payload's", List.of(chunk(5, ID, 0, "abc"), chunk(12, OTHER_ID, 0, "abc")));
        assertCorrupt("no record at its manifest's", List.of(chunk(5, ID, 0, "abc"), chunk(13, OTHER_ID, 0, "abc")));
    }

    @Test
    void refusesAFirstRecordThatIsNotTheFirstChunk() {
        assertCorrupt("no record at its first", List.of(chunk(6, ID, 0, "abc")));
        assertCorrupt("is not a chunk", List.of(record(5, null, "abc")));
        assertCorrupt("chunk 1", List.of(chunk(5, ID, 1, "def")));
    }

    @Test
    void refusesMoreBytesThanTheReferenceHasBeforeItTakesMemory() {
        List<ConsumerRecord<byte[], ByteBuffer>> records = List.of(chunk(5, ID, 0, "abc"));

        assertThatThrownBy(() -> take(records, 7))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("8 bytes, more than the payload of 7");
    }

    @Test
    void refusesChunksThatHoldMoreThanTheySay() {
        assertCorrupt("more than 8 bytes", List.of(chunk(5, ID, 0, "abc"), chunk(6, ID, 1, "defghi")));
    }

    /** Offsets of a forged reference may have anything between them. */
    @Test
    void needsTheManifestBeforeMoreOfOthersIsRead() {
        ChunkUri uri = ChunkUri.parse("kafka:t/0/5-12");
        PayloadReference reference = new PayloadReference(uri.toString(), PAYLOAD.length, SHA256, Codec.NONE, null);
        ChunkAssembly assembly = new ChunkAssembly(uri, reference);
        assembly.addRecord(chunk(5, ID, 0, "abc"));
        assembly.addRecord(record(6, OTHER_ID, "x".repeat(1024 * 1024)));
        assertThat(assembly.needsProof()).isFalse();
        assembly.addRecord(record(7, OTHER_ID, "x"));
        assertThat(assembly.needsProof()).isTrue();

        for (ConsumerRecord<byte[], ByteBuffer> wrong : List.of(
                manifest(12, OTHER_ID, SHA256, 5, 8, 9),
                manifest(11, ID, SHA256, 5, 8, 9),
                manifest(12, ID, SHA256, 6, 8, 9),
                manifest(12, ID, SHA256, 5, 8),
                manifest(12, ID, Sha256.of(new byte[8]), 5, 8, 9),
                record(12, ID, "x"))) {
            assertThatThrownBy(() -> assembly.verifyManifest(wrong)).isInstanceOf(CorruptPayloadException.class);
        }
        ConsumerRecord<byte[], ByteBuffer> manifest = manifest(12, ID, SHA256, 5, 8, 9);
        assembly.verifyManifest(manifest);
        assertThat(assembly.needsProof()).isFalse();
        assembly.addRecord(chunk(8, ID, 1, "def"));
        assembly.addRecord(chunk(9, ID, 2, "gh"));
        assertThat(assembly.addRecord(manifest)).isEqualTo(PAYLOAD);
    }

    private static void assertCorrupt(String reason, List<ConsumerRecord<byte[], ByteBuffer>> records) {
        assertThatThrownBy(() -> take(records, PAYLOAD.length))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("kafka:t/0/5-12")
                .hasMessageContaining(reason);
    }

    private static byte[] take(List<ConsumerRecord<byte[], ByteBuffer>> records, long size) {
        ChunkUri uri = ChunkUri.parse("kafka:t/0/5-12");
        ChunkAssembly assembly =
                new ChunkAssembly(uri, new PayloadReference(uri.toString(), size, SHA256, Codec.NONE, null));
        List<byte[]> taken = new ArrayList<>();
        records.forEach(record -> taken.add(assembly.addRecord(record)));
        return taken.get(taken.size() - 1);
    }

    private static ConsumerRecord<byte[], ByteBuffer> chunk(long offset, byte[] id, int index, String text) {
        ConsumerRecord<byte[], ByteBuffer> chunk = record(offset, id, text);
        chunk.headers().add("millrace-chunk", new ChunkFormat.Chunk(index, 3, PAYLOAD.length).header());
        return chunk;
    }

    private static ConsumerRecord<byte[], ByteBuffer> manifest(long offset, byte[] id, String sha256, long... offsets) {
        ConsumerRecord<byte[], ByteBuffer> manifest = new ConsumerRecord<>(
                "t", 0, offset, id, ByteBuffer.wrap(new ChunkFormat.Manifest(PAYLOAD.length, sha256, offsets).value()));
        manifest.headers().add("millrace-manifest", ChunkFormat.Manifest.header());
        return manifest;
    }

    private static ConsumerRecord<byte[], ByteBuffer> record(long offset, byte[] key, String text) {
        return new ConsumerRecord<>("t", 0, offset, key, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
