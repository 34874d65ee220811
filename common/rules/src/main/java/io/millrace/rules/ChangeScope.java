package io.millrace.rules;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.Operation;
import io.millrace.changes.RedactedRecord;
import io.millrace.changes.RowValues;
import io.millrace.events.EventHeaders;
import io.millrace.expressions.Path;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a rule's expressions in one change event. One instance reads one record after another, so that a record
 * without a matching rule costs no allocation. For use by one thread.
 *
 * <p>Of a {@link RedactedRecord} the whole value is read, because its copy is expensive. Its source block may have the
 * statement's text, so only single attributes of the block are used; an expression that names {@code source} gets the
 * copy's block.
 */
final class ChangeScope implements Scope {
    /** The variable of {@code changed('column')}. */
    static final String CHANGES = "changes";

    /** For changed() without a column. */
    private static final String CHANGED = "changed";

    /** The index of the row before the change. */
    static final int BEFORE = 1;

    /** The index of the row after the change. */
    static final int AFTER = 2;

    /** The index of the row after the change or, if there is none, before it. */
    static final int ROW = 3;

    /** The variable of the matched parts of the table's names. */
    static final String TABLE = "table";

    /** The variable of Debezium's transaction block, which a connector with provide.transaction.metadata=true gives. */
    static final String TRANSACTION = "transaction";

    /** The index of the transaction block. */
    static final int TRANSACTION_BLOCK = 8;

    private static final Schema COLUMN_NAMES =
            SchemaBuilder.array(Schema.STRING_SCHEMA).build();

    /** The names that a rule's expressions may use; their order is the index in this scope. */
    static final List<Variable> VARIABLES = List.of(
            new Variable("op", Variable.Kind.TEXT),
            new Variable(ChangeReader.BEFORE, Variable.Kind.DATA),
            new Variable(ChangeReader.AFTER, Variable.Kind.DATA),
            new Variable("row", Variable.Kind.DATA),
            new Variable(ChangeReader.SOURCE, Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable(CHANGES, Variable.Kind.CHANGES),
            new Variable(TABLE, Variable.Kind.DATA),
            new Variable(TRANSACTION, Variable.Kind.DATA),
            new Variable(CHANGED, Variable.Kind.DATA));

    /** Those of them that have the table's columns. */
    static final Set<String> ROWS = Set.of(ChangeReader.BEFORE, ChangeReader.AFTER, "row");

    /** Those of the names that need the row before an update. */
    static final Set<String> READING_BEFORE = Set.of(ChangeReader.BEFORE, CHANGES, CHANGED);

    /** Those of the names that read the row after an update. */
    static final Set<String> READING_AFTER = Set.of(ChangeReader.AFTER, "row", CHANGES, CHANGED);

    private final ChangeReader reader = new ChangeReader();
    private final ChangedColumns changes = new ChangedColumns(reader);

    private @Nullable ConnectRecord<?> record;
    private @Nullable Object value;
    private @Nullable Map<String, String> headers;
    private @Nullable TableParts parts;
    private @Nullable Set<String> missing;

    /**
     * Reads a record; the previous one is forgotten.
     *
     * @return whether it is a change event; tombstones, heartbeats and schema changes are none
     */
    boolean read(ConnectRecord<?> newRecord) {
        clear();
        value = RedactedRecord.readWholeValue(newRecord);
        record = newRecord;
        return reader.read(value) && reader.operation() != null;
    }

    /** Releases the record. */
    void clear() {
        record = null;
        value = null;
        headers = null;
        parts = null;
        missing = null;
        reader.clear();
    }

    /** Sets the variable {@code table} for the expressions of one rule. */
    void setParts(TableParts matched) {
        parts = matched;
    }

    /** The change; its source block may have the statement's text. */
    ChangeReader change() {
        return reader;
    }

    /** The path as a rule has it. */
    static String describe(Path path) {
        return path.variable().equals(CHANGES) && path.steps().size() == 1
                ? CHANGED + "('" + path.steps().get(0) + "')"
                : path.toString();
    }

    /** Whether the change is an update without the row before, or without values of the row after it. */
    boolean hasMissingValues() {
        return isPartialUpdate()
                && (reader.before() == null || !missingColumns().isEmpty());
    }

    /** The columns of the row after an update whose values the source left out; none of another change. */
    Set<String> missingColumns() {
        Set<String> columns = missing;
        if (columns == null) {
            columns = isPartialUpdate() ? MissingValues.findColumns(reader.after()) : Set.of();
            missing = columns;
        }
        return columns;
    }

    private boolean isPartialUpdate() {
        return reader.operation() == Operation.UPDATE && reader.hasPartialRows();
    }

    /** The operation of a change event. */
    Operation operation() {
        return Objects.requireNonNull(reader.operation(), "The record is not a change event");
    }

    /** The table of a change event. */
    Table table() {
        return new Table(String.valueOf(reader.database()), String.valueOf(reader.table()));
    }

    @Override
    public @Nullable Object value(int variable) {
        return switch (variable) {
            case 0 -> operation().code();
            case BEFORE -> reader.before();
            case AFTER -> reader.after();
            case ROW -> reader.row();
            case 4 -> readShownSource();
            case 5 -> readHeaders();
            case 6 -> changes;
            case 7 -> parts().values();
            case TRANSACTION_BLOCK -> RowValues.get(value, TRANSACTION);
            case 9 -> changes.names();
            default -> throw new IllegalArgumentException("No variable " + variable);
        };
    }

    private TableParts parts() {
        return Objects.requireNonNull(parts, "No rule was chosen");
    }

    private ConnectRecord<?> record() {
        return Objects.requireNonNull(record, "No record was read");
    }

    /** The source block of the value that the record shows. */
    @SuppressWarnings("ReferenceEquality") // Mostly it is the value that was read.
    private @Nullable Object readShownSource() {
        Object shown = record().value();
        return shown == value ? reader.source() : RowValues.get(shown, ChangeReader.SOURCE);
    }

    private Map<String, String> readHeaders() {
        Map<String, String> texts = headers;
        if (texts == null) {
            texts = EventHeaders.texts(record().headers());
            headers = texts;
        }
        return texts;
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return switch (variable) {
            case BEFORE -> findSchema(ChangeReader.BEFORE);
            case AFTER, ROW, 6 -> findSchema(ChangeReader.AFTER);
            case 4 -> findSchema(ChangeReader.SOURCE);
            case 7 -> structured() ? parts().schema() : null;
            case TRANSACTION_BLOCK -> findSchema(TRANSACTION);
            case 9 -> structured() ? COLUMN_NAMES : null;
            default -> null;
        };
    }

    private @Nullable Schema findSchema(String name) {
        Schema schema = record().valueSchema();
        Field field = schema == null ? null : schema.field(name);
        return field == null ? null : field.schema();
    }

    @Override
    public boolean structured() {
        return record().valueSchema() != null;
    }
}
