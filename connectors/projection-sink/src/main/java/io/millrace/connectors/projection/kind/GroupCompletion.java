package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.Completion;
import io.millrace.connectors.projection.table.View;
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

/** Asks a projection's condition of a group, and computes the row of its outbox. */
final class GroupCompletion implements Completion {
    private final String projection;
    private final AggregateDefinition.Completed definition;
    private final List<String> names;
    private final Set<String> read;
    private final View outbox;
    private final List<BoundField> columns;
    private final ColumnSet columnSet;
    private final RecordScope scope = new RecordScope();

    GroupCompletion(ProjectionDefinition projection, AggregateDefinition.Completed definition, View outbox) {
        this.projection = projection.name();
        this.definition = definition;
        this.outbox = outbox;
        this.columns = BoundField.bind(projection.name(), definition.columns(), outbox);
        this.columnSet = BoundField.columnSet(columns, outbox);
        List<String> group = new ArrayList<>();
        projection.key().forEach(field -> group.add(field.name()));
        projection.columns().forEach(field -> group.add(field.name()));
        group.add(definition.column());
        this.names = List.copyOf(group);
        this.read = definition.when().paths().stream()
                .filter(path -> path.variable().equals("group") && !path.steps().isEmpty())
                .map(path -> path.steps().get(0))
                .collect(Collectors.toSet());
    }

    @Override
    public String column() {
        return definition.column();
    }

    @Override
    public View outbox() {
        return outbox;
    }

    @Override
    public ColumnSet columns() {
        return columnSet;
    }

    /** A condition that cannot be decided because something is not known yet does not hold. */
    @Override
    public boolean reached(Object[] row, SinkRecord record) {
        Map<String, Object> group = group(row);
        try {
            return definition.when().test(scope.of(record).ofPart(null, group));
        } catch (DataException e) {
            if (read.stream().anyMatch(column -> group.get(column) == null)) {
                return false;
            }
            throw new DataException("Projection " + projection + ", option complete.when: " + e.getMessage(), e);
        }
    }

    @Override
    public Object[] announcement(Object[] row, SinkRecord record) {
        Object[] announcement = new Object[outbox.columns().size()];
        scope.of(record).ofPart(null, group(row));
        columns.forEach(column -> column.fill(scope, announcement));
        return announcement;
    }

    private Map<String, Object> group(Object[] row) {
        Map<String, Object> group = new HashMap<>();
        for (int i = 0; i < row.length; i++) {
            group.put(names.get(i), connect(row[i]));
        }
        return group;
    }

    /** Expressions know moments as Connect has them. */
    private static Object connect(Object value) {
        if (value instanceof LocalDateTime moment) {
            return Date.from(moment.toInstant(ZoneOffset.UTC));
        } else if (value instanceof LocalDate day) {
            return Date.from(day.atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        return value;
    }
}
