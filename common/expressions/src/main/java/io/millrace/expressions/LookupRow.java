package io.millrace.expressions;

import java.util.AbstractMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A row of a table, as CEL's interpreter reads it. */
final class LookupRow extends AbstractMap<String, Object> {
    private final LookupTable table;
    private final byte[] row;

    LookupRow(LookupTable table, byte[] row) {
        this.table = table;
        this.row = row;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return table.fields().stream().anyMatch(field -> field.name().equals(key));
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        List<LookupTable.Field> fields = table.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(key)) {
                return CelValues.toCel(table.value(row, i));
            }
        }
        return null;
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
