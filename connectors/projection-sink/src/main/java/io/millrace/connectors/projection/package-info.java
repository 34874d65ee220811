/**
 * The sink that keeps views: tables that are made of official events. Along the data's way: {@code definition} is what the
 * configuration says, {@code catalog} holds it against the tables, a {@code kind} of projection turns a record into changes
 * of rows, {@code value} makes Connect's values fit columns, {@code write} keeps the last state of each row of a batch and
 * writes it with the statements of a {@code database}, and {@code ledger} moves the offsets in the same transaction.
 */
package io.millrace.connectors.projection;
