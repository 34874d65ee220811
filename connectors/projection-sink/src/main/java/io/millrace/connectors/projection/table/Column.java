package io.millrace.connectors.projection.table;

import org.jspecify.annotations.Nullable;

/**
 * A column of a view, as the database describes it.
 *
 * @param name the column's name
 * @param kind the kind of its values
 * @param typeName the type as the database writes it, e.g. {@code varchar(20)}
 * @param storage the type that values are handed to the database as, for dialects that name it, e.g. {@code text}
 * @param size the scale of a decimal (negative: any), the fractional digits of a temporal type, the length of a padded
 *     byte string, the digits that numbers of a JSON document keep if the database rounds them, the maximum length of a
 *     text if the database's error would not name the column; else 0
 * @param required whether a new row must give it a value
 * @param generated whether the database computes it
 * @param numbered whether the database numbers new rows with it
 * @param collation the cause by which it treats different texts as equal, such as {@code a} and {@code A}: a
 *     collation's name, for example; null if it distinguishes all texts
 * @param element for arrays, the description of their elements; else null
 * @param nullable whether it takes null
 * @param declaration the type with its collation, as {@code CREATE TABLE} takes it
 */
public record Column(
        String name,
        ColumnKind kind,
        String typeName,
        String storage,
        int size,
        boolean required,
        boolean generated,
        boolean numbered,
        @Nullable String collation,
        @Nullable Column element,
        boolean nullable,
        String declaration) {
    /** Whether it takes texts that differ for one. */
    public boolean collated() {
        return collation != null;
    }

    /** Whether it may compare texts that differ as equal: by its collation, or as two notations of one value. */
    public boolean equatesTexts() {
        return collated() || kind == ColumnKind.PARSED || kind == ColumnKind.JSON;
    }
}
