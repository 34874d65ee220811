package io.millrace.connectors.projection.table;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a table, different from former tables of its name and from tables in other schemas.
 *
 * @param name with the database or schema, as the server has it
 * @param generation another text after the table was dropped and created again, and perhaps after it was emptied or
 *     rewritten; null if the table does not exist
 */
public record TableIdentity(TableName name, @Nullable String generation) {}
