package io.millrace.connectors.projection.table;

import org.jspecify.annotations.Nullable;

/**
 * A table, told from others that had its name before or have it in another schema.
 *
 * @param name with the database or schema, as the server has it
 * @param generation another text after the table was dropped and created again, and perhaps after it was emptied or
 *     rewritten; null if there is no such table
 */
public record TableIdentity(TableName name, @Nullable String generation) {}
