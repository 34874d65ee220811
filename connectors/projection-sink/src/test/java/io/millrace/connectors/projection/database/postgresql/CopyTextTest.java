package io.millrace.connectors.projection.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyIn;

/** What is sent is read again by the rules of the format, whichever bytes end up at the edges of what is sent at once. */
class CopyTextTest {
    private static final int COLUMNS = 4;
    private static final List<String> LETTERS = List.of("a", "\t", "\n", "\r", "\\", "N", ".", "ä", "😀", "0", " ");

    @Test
    void everyRowComesAsItIs() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("CopyTextTest.everyRowComesAsItIs: seed " + seed);
        Random random = new Random(seed);
        List<Function<Object[], Object>> values = new ArrayList<>();
        for (int i = 0; i < COLUMNS; i++) {
            int column = i;
            values.add(row -> row[column]);
        }
        for (int count : new int[] {0, 1, 2, 3_000}) {
            List<Object[]> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(new Object[] {random.nextLong(), text(random), bytes(random), value(random)});
            }
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            new CopyText(target(sent)).write(7, rows, values);

            String[] lines = sent.toString(StandardCharsets.UTF_8).split("\n", -1);
            assertThat(lines).hasSize(count + 1);
            assertThat(lines[count]).isEmpty();
            for (int i = 0; i < count; i++) {
                assertRow(lines[i].split("\t", -1), rows.get(i));
            }
        }
    }

    private static void assertRow(String[] fields, Object[] row) {
        assertThat(fields).hasSize(COLUMNS + 1);
        assertThat(fields[0]).isEqualTo("7");
        for (int column = 0; column < COLUMNS; column++) {
            assertThat(read(fields[column + 1])).isEqualTo(expected(row[column]));
        }
    }

    private static CopyIn target(ByteArrayOutputStream sent) {
        return (CopyIn) Proxy.newProxyInstance(
                CopyTextTest.class.getClassLoader(), new Class<?>[] {CopyIn.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("writeToCopy");
                    sent.write((byte[]) arguments[0], (int) arguments[1], (int) arguments[2]);
                    return null;
                });
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(100); i > 0; i--) {
            text.append(LETTERS.get(random.nextInt(LETTERS.size())));
        }
        return text.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Object value(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            default -> BigDecimal.valueOf(random.nextLong(), random.nextInt(5));
        };
    }

    private static String expected(Object value) {
        if (value == null) {
            return null;
        }
        return value instanceof byte[] bytes ? "\\x" + HexFormat.of().formatHex(bytes) : value.toString();
    }

    /** A field's text; null for null. */
    private static String read(String field) {
        if (field.equals("\\N")) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char letter = field.charAt(i);
            if (letter == '\\') {
                i++;
                letter = switch (field.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> field.charAt(i);
                };
            }
            text.append(letter);
        }
        return text.toString();
    }
}
