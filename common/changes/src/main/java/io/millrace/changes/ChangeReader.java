package io.millrace.changes;

import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads Debezium's change envelopes: the operation, the rows and the source block of one record's value after another.
 *
 * <pre>
 * envelope = { before: row or null, after: row or null, source: block, op: code, ts_ms: milliseconds }
 * </pre>
 *
 * With schemas the envelope, the rows and the block are Structs, without schemas they are Maps. Both are read alike, and a
 * null is never replaced by a default of the schema.
 *
 * <p>One instance reads many records and allocates nothing for each. For use by one thread.
 */
public final class ChangeReader {
    public static final String BEFORE = "before";
    public static final String AFTER = "after";
    public static final String SOURCE = "source";
    public static final String OPERATION = "op";

    private static final String DATABASE = "db";
    private static final String SCHEMA = "schema";
    /** The log sequence number, which only PostgreSQL's source block has. */
    private static final String LSN = "lsn";

    private static final String TABLE = "table";
    private static final String TIME = "ts_ms";

    private final SchemaCache<EnvelopeFields> fieldsOfSchemas = new SchemaCache<>();

    private @Nullable EnvelopeFields fields;
    private @Nullable Object value;
    private @Nullable Object operationCode;
    private @Nullable Operation operation;
    private @Nullable Object before;
    private @Nullable Object after;
    private @Nullable Object source;

    /** The fields of the envelopes of one schema; null for each that the schema does not have. */
    private record EnvelopeFields(
            @Nullable Field operation,
            @Nullable Field before,
            @Nullable Field after,
            @Nullable Field source,
            @Nullable Field database,
            @Nullable Field table,
            boolean hasPartialRows) {
        static EnvelopeFields of(Schema schema) {
            Field source = schema.field(SOURCE);
            boolean isStruct = source != null && source.schema().type() == Schema.Type.STRUCT;
            return new EnvelopeFields(
                    schema.field(OPERATION),
                    schema.field(BEFORE),
                    schema.field(AFTER),
                    source,
                    isStruct ? findDatabase(source.schema()) : null,
                    isStruct ? source.schema().field(TABLE) : null,
                    isStruct && source.schema().field(LSN) != null);
        }

        private static @Nullable Field findDatabase(Schema source) {
            Field schema = source.field(SCHEMA);
            return schema == null ? source.field(DATABASE) : schema;
        }
    }

    /**
     * Reads a record's value; the previous one is forgotten.
     *
     * @return whether the value is an envelope: it has a source block. A tombstone and a heartbeat are none
     */
    public boolean read(@Nullable Object newValue) {
        clear();
        value = newValue;
        if (newValue instanceof Struct struct) {
            EnvelopeFields found = fieldsOfSchemas.get(struct.schema(), EnvelopeFields::of);
            fields = found;
            source = RowValues.get(struct, found.source);
            operationCode = RowValues.get(struct, found.operation);
            before = RowValues.get(struct, found.before);
            after = RowValues.get(struct, found.after);
        } else if (newValue instanceof Map<?, ?> map) {
            source = map.get(SOURCE);
            operationCode = map.get(OPERATION);
            before = map.get(BEFORE);
            after = map.get(AFTER);
        }
        operation = operationCode == null ? null : Operation.findByCode(operationCode);
        return RowValues.isContainer(source);
    }

    /** Releases the value. */
    public void clear() {
        fields = null;
        value = null;
        operationCode = null;
        operation = null;
        before = null;
        after = null;
        source = null;
    }

    /** Whether the envelope has an operation, be it one that {@link Operation} does not have. */
    public boolean hasOperation() {
        return operationCode != null;
    }

    /** The operation; null if the envelope has no operation of this type, such as a schema change. */
    public @Nullable Operation operation() {
        return operation;
    }

    /** Whether the row was read by a snapshot. */
    public boolean isSnapshot() {
        return operation == Operation.READ;
    }

    /** The row before the change; null if there was none. */
    public @Nullable Object before() {
        return before;
    }

    /** The row after the change; null if there is none. */
    public @Nullable Object after() {
        return after;
    }

    /** The row after the change or, if it was deleted, before. */
    public @Nullable Object row() {
        return after != null ? after : before;
    }

    /**
     * Whether an update may lack the row before it and values of the row after it: PostgreSQL's log has them only for tables with
     * {@code REPLICA IDENTITY FULL}.
     */
    public boolean hasPartialRows() {
        return fields != null ? fields.hasPartialRows : RowValues.has(source, LSN);
    }

    /**
     * Requires the rows that a change with this operation has. A missing row, read as a row of nulls, would be taken for
     * another change. The row before an update is not required if {@link #hasPartialRows}.
     *
     * @throws DataException if a row is missing
     */
    public void requireRows() {
        if (operation != null && operation.requiresBefore() && !(operation == Operation.UPDATE && hasPartialRows())) {
            requireRow(BEFORE, before);
        }
        if (operation != null && operation.requiresAfter()) {
            requireRow(AFTER, after);
        }
    }

    private static void requireRow(String name, @Nullable Object row) {
        if (!RowValues.isContainer(row)) {
            throw new DataException("its row '" + name + "' is "
                    + (row == null ? "missing" : "a " + row.getClass().getSimpleName())
                    + "; expected the whole row, as binlog_row_image=FULL gives it");
        }
    }

    /** The source block. */
    public @Nullable Object source() {
        return source;
    }

    /** An attribute of the source block; null if it has none of this name. */
    public @Nullable Object source(String attribute) {
        return RowValues.get(source, attribute);
    }

    /**
     * An attribute of the source block that is a text.
     *
     * @throws DataException if it is missing or not a text
     */
    public String requireSourceText(String attribute) {
        if (source(attribute) instanceof String text) {
            return text;
        }
        throw new DataException("'source." + attribute + "' is not a text");
    }

    /**
     * The name of the table's database or, if the source's databases have schemas, of the table's schema; null if the source block
     * has neither.
     */
    public @Nullable Object database() {
        if (fields != null && source instanceof Struct struct) {
            return RowValues.get(struct, fields.database);
        }
        return RowValues.has(source, SCHEMA) ? source(SCHEMA) : source(DATABASE);
    }

    /** The table's own name; null if the source block does not have it. */
    public @Nullable Object table() {
        return fields != null && source instanceof Struct struct ? RowValues.get(struct, fields.table) : source(TABLE);
    }

    /**
     * The time of the change at the source in microseconds since 1970-01-01T00:00:00Z or, if the source does not have it,
     * the time at which the connector processed the change.
     *
     * @throws DataException if the envelope has neither
     */
    public long timeMicros() {
        if (source("ts_us") instanceof Long micros && micros > 0) {
            return micros;
        }
        if (source(TIME) instanceof Number millis && millis.longValue() > 0) {
            return millis.longValue() * 1_000L;
        }
        if (RowValues.get(value, TIME) instanceof Number millis) {
            return millis.longValue() * 1_000L;
        }
        throw new DataException("its time is missing; expected 'source.ts_ms'");
    }
}
