package io.millrace.rules;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import io.millrace.payloads.connect.PayloadContent;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        Object before = RowValues.get(change.before(), name);
        Object after = RowValues.get(change.after(), name);
        return !Objects.deepEquals(before, after) && !haveSameContent(before, after);
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
