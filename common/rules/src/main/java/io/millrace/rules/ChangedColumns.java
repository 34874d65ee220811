package io.millrace.rules;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import io.millrace.payloads.connect.PayloadContent;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * For each column whether the change gave it another value, for {@code changed('column')}. A missing row is a row of nulls.
 */
final class ChangedColumns extends AbstractMap<String, Boolean> {
    private final ChangeReader change;

    ChangedColumns(ChangeReader change) {
        this.change = change;
    }

    @Override
    public boolean containsKey(@Nullable Object column) {
        return column instanceof String name && RowValues.has(change.row(), name);
    }

    @Override
    public @Nullable Boolean get(@Nullable Object column) {
        if (!(column instanceof String name) || !RowValues.has(change.row(), name)) {
            return null;
        }
        Object before = RowValues.get(change.before(), name);
        Object after = RowValues.get(change.after(), name);
        return !Objects.deepEquals(before, after) && !haveSameContent(before, after);
    }

    /** The names of the columns that the change gave another value, in the order of the row. */
    List<String> names() {
        Object row = change.row();
        List<String> columns = new ArrayList<>();
        if (row instanceof Struct struct) {
            struct.schema().fields().forEach(field -> columns.add(field.name()));
        } else if (row instanceof Map<?, ?> map) {
            map.keySet().forEach(name -> columns.add(String.valueOf(name)));
        }
        columns.removeIf(name -> !Boolean.TRUE.equals(get(name)));
        return columns;
    }

    /** Whether both are payloads of one content, which may be stored at two places. */
    private static boolean haveSameContent(@Nullable Object before, @Nullable Object after) {
        Optional<PayloadContent> content = PayloadContent.of(before);
        return content.isPresent() && content.equals(PayloadContent.of(after));
    }

    @Override
    public Set<Map.Entry<String, Boolean>> entrySet() {
        throw new UnsupportedOperationException("Only single columns can be read");
    }
}
