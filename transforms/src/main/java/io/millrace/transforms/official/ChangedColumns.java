package io.millrace.transforms.official;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        return !Objects.deepEquals(RowValues.get(change.before(), name), RowValues.get(change.after(), name));
    }

    @Override
    public Set<Map.Entry<String, Boolean>> entrySet() {
        throw new UnsupportedOperationException("Only single columns can be read");
    }
}
