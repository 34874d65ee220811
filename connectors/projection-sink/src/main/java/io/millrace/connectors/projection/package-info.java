/**
 * The sink that keeps views up to date: tables that are derived from official events. Connect calls this package;
 * {@code config} has the options, {@code task} a started task, {@code kind} and its packages what a projection does
 * with a record, {@code catalog} matches projections with tables, {@code write} writes batches with the statements of a
 * {@code database}, and {@code ledger} moves the offsets in the same transaction.
 */
@NullMarked
package io.millrace.connectors.projection;

import org.jspecify.annotations.NullMarked;
