package io.millrace.transforms.official;

import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import io.millrace.transforms.SchemaCache;
import io.millrace.transforms.StructFields;
import io.millrace.transforms.UnqueriedRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * One record read as Debezium's change event: its operation, its rows, where it comes from. With schemas the value is a
 * Struct {@code {before, after, source, op, ts_ms}}, without it is a Map of the same keys. One instance reads one record
 * after the other, so that a record that no rule means costs no allocation; for one thread.
 *
 * <p>Of an {@link UnqueriedRecord} it reads the whole value, whose copy it would otherwise pay for. Its source block may have
 * the statement's text, so only single attributes are taken from it; an expression that names {@code source} is given
 * the copy's.
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

    private final SchemaCache<Envelope> envelopes = new SchemaCache<>();
    private final Changes changes = new Changes(this);

    private ConnectRecord<?> record;
    private Object value;
    private Operation operation;
    private Object before;
    private Object after;
    private Object source;
    private Envelope envelope;
    private Map<String, String> headers;

    /**
     * Reads the record; false where it is no change event, as tombstones, heartbeats and schema changes are not. Whatever
     * was read before is forgotten.
     */
    boolean read(ConnectRecord<?> newRecord) {
        forget();
        value = UnqueriedRecord.wholeValue(newRecord);
        if (value instanceof Struct struct) {
            envelope = envelopes.get(struct.schema(), Envelope::of);
            source = StructFields.get(struct, envelope.source);
            operation = Operation.ofCodeOrNull(StructFields.get(struct, envelope.op));
            before = StructFields.get(struct, envelope.before);
            after = StructFields.get(struct, envelope.after);
        } else if (value instanceof Map<?, ?> map) {
            source = map.get("source");
            operation = Operation.ofCodeOrNull(map.get("op"));
            before = map.get("before");
            after = map.get("after");
        }
        record = newRecord;
        return operation != null && (source instanceof Struct || source instanceof Map);
    }

    /** Lets go of the record. */
    void forget() {
        record = null;
        value = null;
        operation = null;
        before = null;
        after = null;
        source = null;
        envelope = null;
        headers = null;
    }

    /** Where the fields are in Structs of one schema; null where they are not. */
    private record Envelope(Field op, Field before, Field after, Field source, Field database, Field table) {
        static Envelope of(Schema schema) {
            Field source = schema.field("source");
            boolean structure = source != null && source.schema().type() == Schema.Type.STRUCT;
            return new Envelope(
                    schema.field("op"),
                    schema.field("before"),
                    schema.field("after"),
                    source,
                    structure ? source.schema().field("db") : null,
                    structure ? source.schema().field("table") : null);
        }
    }

    private static Object member(Object container, String name) {
        if (container instanceof Struct struct) {
            return StructFields.get(struct, struct.schema().field(name));
        }
        return ((Map<?, ?>) container).get(name);
    }

    /** The name of the database that the table is in. */
    Object database() {
        return source instanceof Struct struct ? StructFields.get(struct, envelope.database) : source("db");
    }

    /** The table's own name. */
    Object tableName() {
        return source instanceof Struct struct ? StructFields.get(struct, envelope.table) : source("table");
    }

    Object before() {
        return before;
    }

    Object after() {
        return after;
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

    /** When the change was committed, as far as the source knows, in microseconds of the Unix time. */
    long timeMicros() {
        if (source("ts_us") instanceof Long micros && micros > 0) {
            return micros;
        }
        if (source("ts_ms") instanceof Number millis && millis.longValue() > 0) {
            return millis.longValue() * 1_000L;
        }
        Object processed = member(value, "ts_ms");
        if (processed instanceof Number millis) {
            return millis.longValue() * 1_000L;
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
        return new Table(String.valueOf(database()), String.valueOf(tableName()));
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
            case 4 -> shownSource();
            case 5 -> headers();
            case 6 -> changes;
            default -> throw new IllegalArgumentException("No variable " + variable);
        };
    }

    /** The source block of the value that the record shows. */
    @SuppressWarnings("ReferenceEquality") // Mostly it is the value that was read.
    private Object shownSource() {
        Object shown = record.value();
        return shown == value ? source : member(shown, "source");
    }

    private Map<String, String> headers() {
        if (headers == null) {
            headers = EventHeaders.texts(record.headers());
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
