package io.millrace.expressions;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Supplies the columns of a row, each of which can be null, to CEL's checker. */
final class RowTypes implements CelTypeProvider {
    private final StructType row;

    RowTypes(Map<String, ColumnType> columns) {
        ImmutableMap<String, ColumnType> known = ImmutableMap.copyOf(columns);
        this.row = StructType.create(
                "row", known.keySet(), column -> Optional.of(celTypeOf(Objects.requireNonNull(known.get(column)))));
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
        return ImmutableList.of(row);
    }

    @Override
    public Optional<CelType> findType(String name) {
        return name.equals(row.name()) ? Optional.of(row) : Optional.empty();
    }
}
