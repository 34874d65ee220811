package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of random types and values are read as they were written, field by field. */
class RowLayoutTest {
    private static final List<FieldType> TYPES = List.of(FieldType.values());
    private static final List<String> TEXTS = List.of("", "a", "Germany", "ä", "😀x", "x".repeat(300));

    @Test
    void readsWhatItWrote() {
        Random random = new Random(Seeds.next());
        for (int i = 0; i < 3_000; i++) {
            List<FieldType> types = new ArrayList<>();
            for (int count = random.nextInt(20); count >= 0; count--) {
                types.add(TYPES.get(random.nextInt(TYPES.size())));
            }
            Object[] values = types.stream()
                    .map(type -> random.nextInt(4) == 0 ? null : value(type, random))
                    .toArray();
            RowLayout layout = new RowLayout(types);
            ByteWriter row = new ByteWriter();
            layout.write(values, row);
            ByteWriter key = new ByteWriter();
            CanonicalKey.write("k".repeat(random.nextInt(200)), key);
            byte[] entry = Entry.of(random.nextInt(60_000), random.nextLong() & 0xFFFFFFFFFFFFL, key, row);
            for (int field = 0; field < values.length; field++) {
                assertThat(layout.isNull(entry, field)).isEqualTo(values[field] == null);
                assertThat(layout.read(entry, field)).isEqualTo(values[field]);
                if (values[field] instanceof String text) {
                    assertThat(layout.isText(entry, field, text)).isTrue();
                    for (String other : TEXTS) {
                        assertThat(layout.isText(entry, field, other)).isEqualTo(other.equals(text));
                    }
                }
                if (values[field] instanceof Integer || values[field] instanceof Long) {
                    assertThat(layout.readInteger(entry, field)).isEqualTo(((Number) values[field]).longValue());
                }
            }
        }
    }

    private static Object value(FieldType type, Random random) {
        return switch (type) {
            case BOOLEAN -> random.nextBoolean();
            case INT32 -> random.nextInt();
            case INT64 -> random.nextLong();
            case FLOAT64 -> random.nextDouble();
            case TEXT -> TEXTS.get(random.nextInt(TEXTS.size()));
            case BYTES -> {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                yield bytes;
            }
        };
    }
}
