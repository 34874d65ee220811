/**
 * The sink that keeps views: tables that are made of official events. Read along the data's way: a
 * {@link io.millrace.connectors.projection.Projection} turns a record into changes of rows,
 * {@link io.millrace.connectors.projection.TableChanges} keeps the last state of each row of a batch,
 * {@link io.millrace.connectors.projection.ViewWriter} writes them with the statements of
 * {@link io.millrace.connectors.projection.MySqlDialect}, and
 * {@link io.millrace.connectors.projection.Ledger} moves the offsets in the same transaction.
 */
package io.millrace.connectors.projection;
