package io.millrace.connectors.projection.database.postgresql;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the text format of {@code COPY}. They are sent while they are written, so that the server reads the first ones
 * meanwhile, and no buffer has to hold them all. For one thread.
 *
 * <p>The format: https://www.postgresql.org/docs/current/sql-copy.html
 */
final class CopyText {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final CopyIn target;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int size;

    CopyText(CopyIn target) {
        this.target = target;
    }

    /**
     * Sends the rows, all of them.
     *
     * @param first what each row has in its first column
     * @param values the value of a row in each of the other columns; null for null
     */
    <R> void write(long first, List<R> rows, List<Function<R, @Nullable Object>> values) throws SQLException {
        String number = Long.toString(first);
        for (R row : rows) {
            putPlain(number);
            for (Function<R, @Nullable Object> value : values) {
                put('\t');
                putValue(value.apply(row));
            }
            put('\n');
        }
        send();
    }

    private void putValue(Object value) throws SQLException {
        if (value == null) {
            putPlain("\\N");
        } else if (value instanceof byte[] bytes) {
            putPlain("\\\\x");
            for (byte b : bytes) {
                put(HEX_DIGITS[b >> 4 & 0xf]);
                put(HEX_DIGITS[b & 0xf]);
            }
        } else if (value instanceof Number || value instanceof Boolean) {
            putPlain(value.toString());
        } else {
            for (byte b : value.toString().getBytes(StandardCharsets.UTF_8)) {
                switch (b) {
                    case '\\' -> putPlain("\\\\");
                    case '\t' -> putPlain("\\t");
                    case '\n' -> putPlain("\\n");
                    case '\r' -> putPlain("\\r");
                    default -> put(b);
                }
            }
        }
    }

    /** ASCII without anything to escape. */
    private void putPlain(String text) throws SQLException {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(int b) throws SQLException {
        if (size == buffer.length) {
            send();
        }
        buffer[size++] = (byte) b;
    }

    private void send() throws SQLException {
        target.writeToCopy(buffer, 0, size);
        size = 0;
    }
}
