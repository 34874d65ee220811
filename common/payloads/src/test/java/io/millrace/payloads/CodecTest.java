package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
    private static final int KIBI = 1024;
    private static final int[] SIZES = {
        0,
        1,
        2,
        63,
        64,
        65,
        1000,
        64 * KIBI - 1,
        64 * KIBI,
        64 * KIBI + 1,
        128 * KIBI,
        128 * KIBI + 1,
        1024 * KIBI + 7,
        5 * 1024 * KIBI
    };

    private static byte[] text(int size) {
        byte[] text = new byte[size];
        byte[] line = "{\"order\": 17, \"status\": \"PAID\"}\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < size; i++) {
            text[i] = line[i % line.length];
        }
        return text;
    }

    private static byte[] noise(int size, Random random) {
        byte[] noise = new byte[size];
        random.nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @EnumSource
    void givesBackWhatItTook(Codec codec) {
        for (int size : SIZES) {
            byte[] payload = text(size);
            Codec.Encoded encoded = codec.encode(payload);

            assertThat(encoded.codec().decode(encoded.stored(), size)).isEqualTo(payload);
            assertThat(encoded.stored().length).isLessThanOrEqualTo(size);
            if (size >= 1000) {
                assertThat(encoded.codec()).isEqualTo(codec);
            }
            if (size >= 1000 && codec != Codec.NONE) {
                assertThat(encoded.stored().length).isLessThan(size / 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesWhatDoesNotGetSmaller(Codec codec) {
        Random random = Seed.random("CodecTest");
        for (int size : SIZES) {
            byte[] payload = noise(size, random);
            Codec.Encoded encoded = codec.encode(payload);

            assertThat(encoded.codec()).as("%s bytes", size).isEqualTo(Codec.NONE);
            assertThat(encoded.stored()).isSameAs(payload);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void refusesAFrameThatHoldsMoreThanItsSize(Codec codec) {
        byte[] bomb = codec.encode(text(64 * 1024 * KIBI)).stored();
        long before = allocatedBytes();

        assertThatThrownBy(() -> codec.decode(bomb, 1000)).isInstanceOf(CorruptPayloadException.class);

        // LZ4's frames name blocks of at most 4 MiB, which are allocated twice.
        assertThat(allocatedBytes() - before).isLessThan(16 * 1024 * KIBI);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnotherSize(Codec codec) {
        byte[] stored = codec.encode(text(5000)).stored();

        for (int size : new int[] {0, 1, 4999, 5001, 1024 * KIBI}) {
            assertThatThrownBy(() -> codec.decode(stored, size))
                    .as("%s bytes", size)
                    .isInstanceOf(CorruptPayloadException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatWasCut(Codec codec) {
        byte[] stored = codec.encode(text(200 * KIBI)).stored();

        for (int length = 0; length < stored.length; length += Math.max(1, stored.length / 300)) {
            byte[] cut = Arrays.copyOf(stored, length);
            assertThatThrownBy(() -> codec.decode(cut, 200 * KIBI))
                    .as("%s of %s bytes", length, stored.length)
                    .isInstanceOf(CorruptPayloadException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anythingElseIsCorruptOrHasTheSize(Codec codec) {
        Random random = Seed.random("CodecTest");
        byte[] stored = codec.encode(text(20 * KIBI)).stored();
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = i % 10 == 0 ? noise(random.nextInt(200), random) : stored.clone();
            for (int flips = random.nextInt(4); damaged.length > 0 && flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(codec.decode(damaged, 20 * KIBI)).hasSize(20 * KIBI);
            } catch (CorruptPayloadException e) {
                assertThat(e).hasMessageContaining("cannot be read as " + codec);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatEarlierVersionsStored(Codec codec) throws IOException {
        assertThat(codec.decode(golden("stored" + codec.suffix()), 10_000)).isEqualTo(text(10_000));
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = CodecTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void storesTheFormatsOfItsNames() {
        byte[] payload = text(10_000);

        assertThat(Codec.GZIP.encode(payload).stored()).startsWith(0x1f, 0x8b, 0x08);
        assertThat(Codec.LZ4.encode(payload).stored()).startsWith(0x04, 0x22, 0x4d, 0x18);
        assertThat(Codec.ZSTD.encode(payload).stored()).startsWith(0x28, 0xb5, 0x2f, 0xfd);
    }

    @Test
    void readsFramesThatDoNotNameTheirSize() throws IOException {
        byte[] payload = text(100_000);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (com.github.luben.zstd.ZstdOutputStream out = new com.github.luben.zstd.ZstdOutputStream(stored)) {
            out.write(payload);
        }

        assertThat(Codec.ZSTD.decode(stored.toByteArray(), payload.length)).isEqualTo(payload);
        assertThatThrownBy(() -> Codec.ZSTD.decode(stored.toByteArray(), payload.length - 1))
                .isInstanceOf(CorruptPayloadException.class);
    }

    @Test
    void hasNames() {
        for (Codec codec : Codec.values()) {
            assertThat(Codec.of(codec.toString())).isEqualTo(codec);
        }
        assertThatThrownBy(() -> Codec.of("ZSTD")).isInstanceOf(IllegalArgumentException.class);
    }
}
