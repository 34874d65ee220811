package io.millrace.tools.create;

import java.util.List;
import java.util.Optional;

/**
 * A table of the source.
 *
 * @param columns in their order
 * @param key the names of the columns of the primary key, in its order; none if the table has no primary key
 * @param keyHasPrefix whether the primary key has only the beginning of a column
 * @param cascades the foreign keys of the table that change its rows themselves
 */
record CapturedTable(
        String database,
        String name,
        List<CapturedColumn> columns,
        List<String> key,
        boolean keyHasPrefix,
        List<String> cascades) {
    CapturedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        cascades = List.copyOf(cascades);
    }

    Optional<CapturedColumn> findColumn(String column) {
        return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }

    boolean isKey(CapturedColumn column) {
        return key.contains(column.name());
    }

    /** As the rules name it. */
    @Override
    public String toString() {
        return database + "." + name;
    }
}
