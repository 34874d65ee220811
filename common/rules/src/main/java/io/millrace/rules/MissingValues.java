package io.millrace.rules;

import io.millrace.changes.RowValues;
import io.millrace.expressions.Path;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The values that an update of PostgreSQL lacks if its table has another replica identity than {@code FULL}: the row before, and
 * large values that it did not change, which the log does not repeat. Debezium writes a placeholder for these. A rule that read
 * them would take a change for another one, or publish the placeholder.
 *
 * <p>Source: Debezium's documentation of the PostgreSQL connector, "Toasted values" and {@code unavailable.value.placeholder}.
 */
final class MissingValues {
    private static final String PLACEHOLDER = "__debezium_unavailable_value";
    private static final byte[] BYTES = PLACEHOLDER.getBytes(StandardCharsets.UTF_8);
    private static final String UUID_OF_BYTES = UUID.nameUUIDFromBytes(BYTES).toString();
    /** How Debezium writes a map of texts that a connector with {@code hstore.handling.mode=json} sends. */
    private static final String JSON_MAP = "{\"" + PLACEHOLDER + "\":\"" + PLACEHOLDER + "\"}";

    private MissingValues() {}

    /** The columns of a row whose values are missing. */
    static Set<String> findColumns(@Nullable Object row) {
        Set<String> columns = new TreeSet<>();
        if (row instanceof Struct struct) {
            for (Field field : struct.schema().fields()) {
                if (isPlaceholder(RowValues.get(struct, field))) {
                    columns.add(field.name());
                }
            }
        } else if (row instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (isPlaceholder(value)) {
                    columns.add(String.valueOf(name));
                }
            });
        }
        return columns;
    }

    /**
     * Requires that an update has the values at these paths.
     *
     * @throws DataException naming the first one that is missing
     */
    static void requirePresent(Collection<Path> paths, ChangeScope change) {
        for (Path path : paths) {
            if (ChangeScope.READING_BEFORE.contains(path.variable())
                    && change.change().before() == null) {
                throw new DataException(ChangeScope.describe(path)
                        + " reads the row before the update, which is missing" + remedy(change));
            }
            if (ChangeScope.READING_AFTER.contains(path.variable())) {
                requireAvailable(path, change);
            }
        }
    }

    private static void requireAvailable(Path path, ChangeScope change) {
        Set<String> missing = change.missingColumns();
        boolean isMissing = path.steps().isEmpty()
                ? !missing.isEmpty()
                : missing.contains(path.steps().get(0));
        if (isMissing) {
            throw new DataException(ChangeScope.describe(path)
                    + " reads a large value that the update did not change, and that the server's log"
                    + " does not repeat: " + missing + remedy(change));
        }
    }

    private static String remedy(ChangeScope change) {
        return "; expected a table with REPLICA IDENTITY FULL: run ALTER TABLE " + change.table()
                + " REPLICA IDENTITY FULL before such updates. A change that is in the log already stays incomplete: change the"
                + " rule so that it does not read this, until the change is processed";
    }

    private static boolean isPlaceholder(@Nullable Object value) {
        if (value instanceof String text) {
            return text.equals(PLACEHOLDER) || text.equals(JSON_MAP);
        }
        if (value instanceof ByteBuffer buffer) {
            return buffer.equals(ByteBuffer.wrap(BYTES));
        }
        if (value instanceof byte[] bytes) {
            return Arrays.equals(bytes, BYTES);
        }
        if (value instanceof Map<?, ?> map) {
            return map.size() == 1 && map.containsKey(PLACEHOLDER);
        }
        if (value instanceof Struct struct) {
            // A shape, whose bytes are a field.
            return struct.schema().fields().stream().anyMatch(field -> isPlaceholder(RowValues.get(struct, field)));
        }
        return value instanceof List<?> list && isPlaceholder(list);
    }

    private static boolean isPlaceholder(List<?> list) {
        if (list.size() == 1) {
            return isPlaceholder(list.get(0)) || UUID_OF_BYTES.equals(list.get(0));
        }
        if (list.size() != BYTES.length) {
            return false;
        }
        for (int i = 0; i < BYTES.length; i++) {
            if (!(list.get(i) instanceof Number number) || number.longValue() != BYTES[i]) {
                return false;
            }
        }
        return true;
    }
}
