package io.millrace.connectors.projection.table;

/**
 * The tables that a projection writes.
 *
 * @param view the view
 * @param members for an aggregating projection, the table of what each member contributes; else null
 * @param outbox for an aggregating projection, the table that completed groups are announced in; else null
 */
public record ProjectionTables(View view, View members, View outbox) {}
