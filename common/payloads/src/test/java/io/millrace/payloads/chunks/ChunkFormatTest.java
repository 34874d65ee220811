package io.millrace.payloads.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.CorruptPayloadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ChunkFormatTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final ChunkFormat.Chunk CHUNK = new ChunkFormat.Chunk(2, 3, 300_000);
    private static final ChunkFormat.Manifest MANIFEST =
            new ChunkFormat.Manifest(300_000, SHA256, new long[] {1L << 40, (1L << 40) + 1, (1L << 40) + 14});

    @Test
    void theBytesOfVersion1StayAsTheyAre() throws IOException {
        Map<String, String> golden = golden();

        assertThat(HEX.formatHex(CHUNK.header())).isEqualTo(golden.get("chunk-header"));
        assertThat(HEX.formatHex(ChunkFormat.Manifest.header())).isEqualTo(golden.get("manifest-header"));
        assertThat(HEX.formatHex(MANIFEST.value())).isEqualTo(golden.get("manifest-value"));
    }

    @Test
    void readsTheBytesOfVersion1() throws IOException {
        Map<String, String> golden = golden();
        RecordHeaders chunk = new RecordHeaders();
        chunk.add("millrace-chunk", HEX.parseHex(golden.get("chunk-header")));
        RecordHeaders manifest = new RecordHeaders();
        manifest.add("millrace-manifest", HEX.parseHex(golden.get("manifest-header")));

        assertThat(ChunkFormat.parseChunk(chunk)).isEqualTo(CHUNK);
        ChunkFormat.Manifest read =
                ChunkFormat.parseManifest(manifest, ByteBuffer.wrap(HEX.parseHex(golden.get("manifest-value"))));
        assertThat(read.size()).isEqualTo(300_000);
        assertThat(read.sha256()).isEqualTo(SHA256);
        assertThat(read.offsets()).containsExactly(MANIFEST.offsets());
    }

    @Test
    void refusesWhatIsNotVersion1() {
        RecordHeaders later = new RecordHeaders();
        byte[] header = CHUNK.header();
        header[0] = 2;
        later.add("millrace-chunk", header);

        assertThatThrownBy(() -> ChunkFormat.parseChunk(later))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> ChunkFormat.parseChunk(new RecordHeaders()))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("millrace-chunk");
    }

    @Test
    void aManifestWithoutAllItsOffsetsIsRefusedBeforeMemoryIsTakenForThem() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("millrace-manifest", ChunkFormat.Manifest.header());
        byte[] value = MANIFEST.value();
        ByteBuffer.wrap(value).putInt(Integer.MAX_VALUE);

        assertThatThrownBy(() -> ChunkFormat.parseManifest(headers, ByteBuffer.wrap(value)))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("2147483647");
    }

    @Test
    void everyPayloadHasAChunk() {
        assertThat(ChunkFormat.countChunks(0, 10)).isEqualTo(1);
        assertThat(ChunkFormat.countChunks(10, 10)).isEqualTo(1);
        assertThat(ChunkFormat.countChunks(11, 10)).isEqualTo(2);
        assertThat(ChunkFormat.countChunks(Integer.MAX_VALUE, 128 * 1024)).isEqualTo(16_384);
    }

    private static Map<String, String> golden() throws IOException {
        try (InputStream in = ChunkFormatTest.class.getResourceAsStream("chunk-format-1.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        }
    }
}
