package io.millrace.transforms.official;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;

/**
 * For each column whether its value is another before and after the change: what {@code changed('column')} asks. A row that
 * is not there has nulls.
 */
final class Changes extends AbstractMap<String, Boolean> {
    private final ChangeEvent change;

    Changes(ChangeEvent change) {
        this.change = change;
    }

    @Override
    public boolean containsKey(Object column) {
        return has(change.row(), column);
    }

    @Override
    public Boolean get(Object column) {
        return containsKey(column)
                ? !Objects.deepEquals(value(change.before(), column), value(change.after(), column))
                : null;
    }

    private static boolean has(Object row, Object column) {
        if (row instanceof Struct struct) {
            return struct.schema().field((String) column) != null;
        }
        return row instanceof Map<?, ?> map && map.containsKey(column);
    }

    private static Object value(Object row, Object column) {
        if (!has(row, column)) {
            return null;
        }
        return row instanceof Struct struct ? struct.getWithoutDefault((String) column) : ((Map<?, ?>) row).get(column);
    }

    @Override
    public Set<Entry<String, Boolean>> entrySet() {
        throw new UnsupportedOperationException("Only single columns can be asked for");
    }
}
