package io.millrace.expressions;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Supplies the columns of a row and the fields of tables, each of which can be null, to CEL's checker. */
final class RowTypes implements CelTypeProvider {
    private final StructType row;
    private final ImmutableList<CelType> all;

    /** For rows with these columns, and the rows of tables. */
    RowTypes(Map<String, ColumnType> columns, List<StructType> rowsOfTables) {
        ImmutableMap<String, ColumnType> known = ImmutableMap.copyOf(columns);
        this.row = StructType.create(
                "row", known.keySet(), column -> Optional.of(celTypeOf(Objects.requireNonNull(known.get(column)))));
        this.all =
                ImmutableList.<CelType>builder().add(row).addAll(rowsOfTables).build();
    }

    StructType row() {
        return row;
    }

    private static CelType celTypeOf(ColumnType type) {
        return switch (type) {
            case TEXT -> NullableType.create(SimpleType.STRING);
            case INTEGER -> NullableType.create(SimpleType.INT);
            case REAL -> NullableType.create(SimpleType.DOUBLE);
            case BOOLEAN -> NullableType.create(SimpleType.BOOL);
            case DECIMAL, UNKNOWN -> SimpleType.DYN;
        };
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return all;
    }

    @Override
    public Optional<CelType> findType(String name) {
        return all.stream().filter(type -> type.name().equals(name)).findFirst();
    }
}
