package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Equal keys have equal bytes, different keys have different bytes, and a key can be read again. */
@SuppressWarnings("JavaUtilDate") // Connect's type of times.
class CanonicalKeyTest {
    private static byte[] bytes(Object key) {
        ByteWriter writer = new ByteWriter();
        CanonicalKey.write(key, writer);
        return writer.toBytes();
    }

    private static Object read(Object key) {
        byte[] bytes = bytes(key);
        return CanonicalKey.read(bytes, 0, bytes.length);
    }

    @Test
    void givesEqualKeysEqualBytes() {
        assertThat(bytes((byte) 7))
                .isEqualTo(bytes((short) 7))
                .isEqualTo(bytes(7))
                .isEqualTo(bytes(7L))
                .isEqualTo(bytes(new BigDecimal("7.00")))
                .isEqualTo(bytes(new BigDecimal("0.7E1")))
                .isEqualTo(bytes(BigInteger.valueOf(7)));
        assertThat(bytes(new BigDecimal("1.50"))).isEqualTo(bytes(new BigDecimal("1.5")));
        assertThat(bytes(1.5f)).isEqualTo(bytes(1.5d)).isEqualTo(bytes(new BigDecimal("1.50")));
        assertThat(bytes(0.1d)).isEqualTo(bytes(new BigDecimal("0.1")));
        assertThat(bytes(7.0d)).isEqualTo(bytes(7));
        assertThat(bytes(-0.0d)).isEqualTo(bytes(0.0d));
        UUID id = UUID.randomUUID();
        assertThat(bytes(id)).isEqualTo(bytes(id.toString()));
        assertThat(bytes(new byte[] {1, 2})).isEqualTo(bytes(ByteBuffer.wrap(new byte[] {1, 2})));
        assertThat(bytes(List.of(1, "a"))).isEqualTo(bytes(List.of(1L, "a")));
    }

    @Test
    void givesDifferentKeysDifferentBytes() {
        List<Object> keys = Arrays.asList(
                0,
                -1,
                1,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                new BigDecimal("9223372036854775808"),
                new BigDecimal("0.1"),
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                "1",
                "",
                "a",
                true,
                false,
                new byte[] {'a'},
                new Date(1),
                List.of(),
                List.of(1),
                List.of("ab", "c"),
                List.of("a", "bc"),
                Arrays.asList("a", null),
                Arrays.asList(null, "a"),
                List.of(List.of("a"), "b"),
                List.of("a", List.of("b")));
        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(bytes(keys.get(i)))
                        .as("%s and %s", keys.get(i), keys.get(j))
                        .isNotEqualTo(bytes(keys.get(j)));
            }
        }
    }

    @Test
    void readsWhatItWrote() {
        for (Object key : List.of(
                0L,
                -1L,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                "",
                "ä€😀",
                true,
                false,
                new BigDecimal("-12345678901234567890.5"),
                Double.POSITIVE_INFINITY,
                new Date(-5),
                List.of(1L, "a", List.of("b")))) {
            assertThat(read(key)).isEqualTo(key);
        }
        assertThat((byte[]) read(new byte[] {0, -1})).containsExactly(0, -1);
        assertThat(read(Arrays.asList("a", null))).isEqualTo(Arrays.asList("a", null));
    }

    @Test
    void refusesOtherTypesWithoutTheirValue() {
        assertThatThrownBy(() -> bytes(new AtomicReference<>("secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("AtomicReference")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> bytes(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bytes(new BigDecimal("1E2000000000")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("digits");
    }

    @Test
    void writesTextsAsJavaDoes() {
        Random random = new Random(Seeds.next());
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(40); c > 0; c--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
            }
            assertThat(new ByteWriter().writeText(text).toBytes())
                    .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new ByteWriter().writeText("😀".repeat(100)).toBytes())
                .isEqualTo("😀".repeat(100).getBytes(StandardCharsets.UTF_8));
    }
}
