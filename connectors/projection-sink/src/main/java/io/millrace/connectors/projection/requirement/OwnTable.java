package io.millrace.connectors.projection.requirement;

import io.millrace.connectors.projection.table.TableName;

/**
 * An additional table with the state of one projection.
 *
 * @param option the full name of the option that names it
 */
public record OwnTable(String option, TableName name) {}
