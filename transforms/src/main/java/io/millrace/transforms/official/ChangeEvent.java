package io.millrace.transforms.official;

import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;

/**
 * One record read as Debezium's change event: its operation, its rows, where it comes from. With schemas the value is a
 * Struct {@code {before, after, source, op, ts_ms}}, without it is a Map of the same keys.
 */
final class ChangeEvent implements Scope {
    /** The variable behind {@code changed('column')}. */
    static final String CHANGES = "changes";

    /** The names that a rule's expressions may use; their order is the index in this scope. */
    static final List<Variable> VARIABLES = List.of(
            new Variable("op", Variable.Kind.TEXT),
            new Variable("before", Variable.Kind.DATA),
            new Variable("after", Variable.Kind.DATA),
            new Variable("row", Variable.Kind.DATA),
            new Variable("source", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable(ChangeEvent.CHANGES, Variable.Kind.CHANGES));

    /** Those of them that have the table's columns. */
    static final Set<String> ROWS = Set.of("before", "after", "row");

    private final ConnectRecord<?> record;
    private final Operation operation;
    private final Object before;
    private final Object after;
    private final Object source;
    private Map<String, String> headers;

    private ChangeEvent(ConnectRecord<?> record, Operation operation, Object before, Object after, Object source) {
        this.record = record;
        this.operation = operation;
        this.before = before;
        this.after = after;
        this.source = source;
    }

    /** The change event that the record is; empty for tombstones, heartbeats, schema changes and everything else. */
    static Optional<ChangeEvent> of(ConnectRecord<?> record) {
        Object value = record.value();
        if (!(value instanceof Struct) && !(value instanceof Map)) {
            return Optional.empty();
        }
        Object source = member(value, "source");
        if (!(source instanceof Struct) && !(source instanceof Map)) {
            return Optional.empty();
        }
        return Operation.ofCode(member(value, "op"))
                .map(op -> new ChangeEvent(record, op, member(value, "before"), member(value, "after"), source));
    }

    private static Object member(Object container, String name) {
        if (container instanceof Struct struct) {
            Field field = struct.schema().field(name);
            return field == null ? null : struct.getWithoutDefault(name);
        }
        return ((Map<?, ?>) container).get(name);
    }

    Operation operation() {
        return operation;
    }

    /** An attribute of the source block, or null. */
    Object source(String attribute) {
        return member(source, attribute);
    }

    /** An attribute of the source block that must be there, a text. */
    String sourceText(String attribute) {
        if (source(attribute) instanceof String text) {
            return text;
        }
        throw new DataException("'source." + attribute + "' is no text");
    }

    /** When the change was committed, as far as the source knows. */
    Instant time() {
        if (source("ts_us") instanceof Long micros && micros > 0) {
            return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
        }
        if (source("ts_ms") instanceof Number millis && millis.longValue() > 0) {
            return Instant.ofEpochMilli(millis.longValue());
        }
        Object processed = member(record.value(), "ts_ms");
        if (processed instanceof Number millis) {
            return Instant.ofEpochMilli(millis.longValue());
        }
        throw new DataException("its time is missing; expected 'source.ts_ms'");
    }

    /**
     * Refuses a change that lacks a row which its operation speaks of: read as a row of nulls it would be taken for
     * another change.
     */
    void requireRows() {
        if (operation == Operation.UPDATE || operation == Operation.DELETE) {
            requireRow("before", before);
        }
        if (operation == Operation.CREATE || operation == Operation.UPDATE || operation == Operation.READ) {
            requireRow("after", after);
        }
    }

    private static void requireRow(String name, Object row) {
        if (!(row instanceof Struct) && !(row instanceof Map)) {
            throw new DataException("its row '" + name + "' is "
                    + (row == null ? "missing" : "a " + row.getClass().getSimpleName())
                    + "; expected the whole row, as binlog_row_image=FULL gives it");
        }
    }

    boolean isSnapshot() {
        return operation == Operation.READ;
    }

    Table table() {
        return new Table(String.valueOf(source("db")), String.valueOf(source("table")));
    }

    /** The row as it is now or, where it is gone, as it was. */
    Object row() {
        return after != null ? after : before;
    }

    @Override
    public Object value(int variable) {
        return switch (variable) {
            case 0 -> operation.code();
            case 1 -> before;
            case 2 -> after;
            case 3 -> row();
            case 4 -> source;
            case 5 -> headers();
            case 6 -> new Changes(before, after);
            default -> throw new IllegalArgumentException("No variable " + variable);
        };
    }

    private Map<String, String> headers() {
        if (headers == null) {
            headers = new HashMap<>();
            for (Header header : record.headers()) {
                EventHeaders.text(header).ifPresent(text -> headers.put(header.key(), text));
            }
        }
        return headers;
    }

    @Override
    public Schema schema(int variable) {
        return switch (variable) {
            case 1 -> memberSchema("before");
            case 2, 3, 6 -> memberSchema("after");
            case 4 -> memberSchema("source");
            default -> null;
        };
    }

    private Schema memberSchema(String name) {
        Schema schema = record.valueSchema();
        Field field = schema == null ? null : schema.field(name);
        return field == null ? null : field.schema();
    }

    @Override
    public boolean structured() {
        return record.valueSchema() != null;
    }
}
