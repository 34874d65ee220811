package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The bytes of objects: what is written is read, what was written once stays readable, and everything else is refused. */
class SpoolFormatTest {
    private static final Path GOLDEN = Path.of("src/test/resources/io/millrace/spool");
    private static final Incarnation WRITER = new Incarnation("orders-7c", "0193a1b2c3d400112233445566778899");

    @Test
    void readsWhatItWrites() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            SpoolObject object = random(random);
            requireEqual(SpoolFormat.read(SpoolFormat.write(object)), object, "seed " + seed + ", object " + i);
        }
    }

    /** The file that {@code v1-plain.hex} contains was written by the first version; so was the compressed one. */
    @Test
    void readsGoldenFiles() throws IOException {
        byte[] plain = golden("v1-plain.hex", plain());
        requireEqual(SpoolFormat.read(plain), plain(), "plain");
        assertThat(SpoolFormat.write(plain())).isEqualTo(plain);
        byte[] compressed = golden("v1-zstd.hex", compressible());
        assertThat(compressed[5]).isEqualTo((byte) 1);
        requireEqual(SpoolFormat.read(compressed), compressible(), "compressed");
    }

    private static byte[] golden(String file, SpoolObject object) throws IOException {
        Path path = GOLDEN.resolve(file);
        if (System.getProperty("millrace.generate") != null && !Files.exists(path)) {
            Files.writeString(path, HexFormat.of().formatHex(SpoolFormat.write(object)) + "\n");
        }
        return HexFormat.of().parseHex(Files.readString(path).strip());
    }

    @Test
    void refusesEveryIncompleteAndEveryDamagedObject() {
        byte[] whole = SpoolFormat.write(compressible());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> SpoolFormat.read(part)).isInstanceOf(CorruptSpoolException.class);
        }
        for (int i = 0; i < whole.length * 8; i++) {
            byte[] damaged = whole.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            assertThatThrownBy(() -> SpoolFormat.read(damaged)).isInstanceOf(CorruptSpoolException.class);
        }
        assertThatThrownBy(() -> SpoolFormat.read(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(CorruptSpoolException.class);
    }

    /** With a right checksum: what someone wrote who knows the format. */
    @Test
    void refusesHostileObjectsWithoutMuchMemory() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        byte[] plain = SpoolFormat.write(plain());
        int read = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] hostile = plain.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                hostile[4 + random.nextInt(hostile.length - 12)] =
                        (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            try {
                SpoolFormat.read(sealed(hostile));
                read++;
            } catch (CorruptSpoolException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", object " + i, e);
            }
        }
        // Other values of keys and times are valid.
        assertThat(read).isLessThan(4_500);

        byte[] bomb = SpoolFormat.write(compressible());
        ByteBuffer.wrap(bomb).putInt(6, SpoolFormat.MAX_BYTES);
        assertThatThrownBy(() -> SpoolFormat.read(sealed(bomb))).hasMessageContaining("holds");
    }

    @Test
    void namesALaterVersion() {
        byte[] later = SpoolFormat.write(plain());
        later[4] = 2;
        assertThatThrownBy(() -> SpoolFormat.read(sealed(later)))
                .isInstanceOf(CorruptSpoolException.class)
                .hasMessageContaining("expected version 1 of the format, found 2");
    }

    private static byte[] sealed(byte[] object) {
        CRC32C crc = new CRC32C();
        crc.update(object, 0, object.length - 8);
        ByteBuffer.wrap(object).putInt(object.length - 8, (int) crc.getValue());
        return object;
    }

    static void requireEqual(SpoolObject found, SpoolObject expected, String what) {
        assertThat(found).as(what).usingRecursiveComparison().isEqualTo(expected);
    }

    /** Every part that a record can have or lack. */
    private static SpoolObject plain() {
        return new SpoolObject(
                WRITER,
                3,
                1,
                1_764_460_800_000L,
                "ce_id",
                List.of(
                        new SpooledRecord(
                                true,
                                "shop.orders",
                                2,
                                1_764_460_799_000L,
                                1_764_460_799_001L,
                                41,
                                "0193a1b2-c3d4-7011-8233-445566778899",
                                bytes("k"),
                                bytes("v"),
                                List.of(
                                        new SpooledHeader("a", bytes("1")),
                                        new SpooledHeader("b", null),
                                        new SpooledHeader("a", new byte[0]))),
                        new SpooledRecord(false, "é", null, 0, 0, -1, "2", null, null, List.of())));
    }

    private static SpoolObject compressible() {
        List<SpooledRecord> records = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            records.add(new SpooledRecord(
                    false,
                    "shop.orders",
                    null,
                    1_764_460_799_000L + i,
                    1_764_460_799_000L + i,
                    -1,
                    "0193a1b2-c3d4-7011-8233-44556677889" + i,
                    bytes("key " + i),
                    bytes("the value of the record " + i),
                    List.of(new SpooledHeader("ce_id", bytes("0193a1b2-c3d4-7011-8233-44556677889" + i)))));
        }
        return new SpoolObject(WRITER, 1, 0, 1_764_460_800_000L, "ce_id", records);
    }

    private static SpoolObject random(Random random) {
        List<SpooledRecord> records = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            boolean ambiguous = random.nextBoolean();
            List<SpooledHeader> headers = new ArrayList<>();
            for (int h = random.nextInt(4); h > 0; h--) {
                headers.add(new SpooledHeader("h" + random.nextInt(3), random.nextBoolean() ? null : bytes(random)));
            }
            records.add(new SpooledRecord(
                    ambiguous,
                    "topic-" + random.nextInt(3),
                    ambiguous || random.nextBoolean() ? random.nextInt(Integer.MAX_VALUE) : null,
                    random.nextLong(Long.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextBoolean() ? -1 : random.nextLong(Long.MAX_VALUE),
                    "id" + i,
                    random.nextBoolean() ? null : bytes(random),
                    random.nextBoolean() ? null : bytes(random),
                    headers));
        }
        long previous = random.nextInt(1000);
        return new SpoolObject(
                WRITER, previous + 1 + random.nextInt(3), previous, random.nextLong(Long.MAX_VALUE), "id", records);
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
