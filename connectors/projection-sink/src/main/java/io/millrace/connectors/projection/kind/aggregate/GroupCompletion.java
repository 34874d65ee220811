package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.kind.BoundField;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** When a group is complete, and the row of the outbox that announces it. For one thread. */
final class GroupCompletion {
    private final String projection;
    private final AggregateDefinition.Completed definition;
    private final List<String> names;
    private final Set<String> read;
    private final View outbox;
    private final List<BoundField> columns;
    private final ColumnSet columnSet;
    private final RecordScope scope = new RecordScope();

    GroupCompletion(AggregateDefinition projection, AggregateDefinition.Completed definition, View outbox) {
        this.projection = projection.basics().name();
        this.definition = definition;
        this.outbox = outbox;
        this.columns = BoundField.bind(projection.basics(), definition.columns(), outbox);
        this.columnSet = BoundField.columnSet(columns, outbox);
        List<String> group = new ArrayList<>();
        projection.basics().key().forEach(field -> group.add(field.name()));
        group.addAll(projection.aggregateNames());
        group.add(definition.column());
        this.names = List.copyOf(group);
        this.read = definition.when().paths().stream()
                .filter(path -> path.variable().equals("group") && !path.steps().isEmpty())
                .map(path -> path.steps().get(0))
                .collect(Collectors.toSet());
    }

    /** The column of the view with the time of the completion; null until then. */
    String column() {
        return definition.column();
    }

    /** The table that announcements are added to; its rows have no key. */
    View outbox() {
        return outbox;
    }

    /** The columns of an announcement. */
    ColumnSet columns() {
        return columnSet;
    }

    /**
     * Whether the group is complete. A condition that cannot be evaluated because a column is still null does not hold.
     *
     * @param row the group's row, in the view's order
     * @param record the last record that contributed to it
     * @throws DataException if the condition cannot be evaluated otherwise
     */
    boolean isReached(@Nullable Object[] row, SinkRecord record) {
        Map<String, @Nullable Object> group = group(row);
        try {
            return definition.when().test(scope.of(record).ofPart(null, group));
        } catch (DataException e) {
            if (read.stream().anyMatch(column -> group.get(column) == null)) {
                return false;
            }
            throw new DataException("Projection " + projection + ", option complete.when: " + e.getMessage(), e);
        }
    }

    /** The row to add to the outbox; arguments and exceptions as with {@link #isReached}. */
    @Nullable
    Object[] announce(@Nullable Object[] row, SinkRecord record) {
        @Nullable Object[] announcement = new @Nullable Object[outbox.columns().size()];
        scope.of(record).ofPart(null, group(row));
        columns.forEach(column -> column.fill(scope, announcement));
        return announcement;
    }

    private Map<String, @Nullable Object> group(@Nullable Object[] row) {
        Map<String, @Nullable Object> group = new HashMap<>();
        for (int i = 0; i < row.length; i++) {
            group.put(names.get(i), toConnect(row[i]));
        }
        return group;
    }

    /** Moments in the form that expressions read. */
    private static @Nullable Object toConnect(@Nullable Object value) {
        if (value instanceof LocalDateTime moment) {
            // Keeps more digits than Connect's timestamps.
            return Timestamp.from(moment.toInstant(ZoneOffset.UTC));
        } else if (value instanceof LocalDate day) {
            return Date.from(day.atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        return value;
    }
}
