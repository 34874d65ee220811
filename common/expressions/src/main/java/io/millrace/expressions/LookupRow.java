package io.millrace.expressions;

import java.util.AbstractMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** A row of a table, as CEL's interpreter reads it. */
final class LookupRow extends AbstractMap<String, Object> implements CelValues.Container {
    private final LookupTable table;
    private final byte[] row;

    LookupRow(LookupTable table, byte[] row) {
        this.table = table;
        this.row = row;
    }

    private int indexOf(@Nullable Object name) {
        List<LookupTable.Field> fields = table.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return indexOf(key) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int index = indexOf(key);
        return index < 0 ? null : CelValues.toCel(table.value(row, index));
    }

    @Override
    public @Nullable Schema schemaOf(String name) {
        return table.fields().get(indexOf(name)).schema();
    }

    @Override
    public @Nullable Object valueOf(String name) {
        return table.value(row, indexOf(name));
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        Set<Map.Entry<String, Object>> entries = new LinkedHashSet<>();
        List<LookupTable.Field> fields = table.fields();
        for (int i = 0; i < fields.size(); i++) {
            entries.add(Map.entry(fields.get(i).name(), CelValues.toCel(table.value(row, i))));
        }
        return entries;
    }
}
