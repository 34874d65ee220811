package io.millrace.connectors.projection.requirement;

/**
 * What the sink may do to tables.
 *
 * @param create whether it creates those that are missing
 * @param evolve whether it adds columns that are missing
 */
public record Evolution(boolean create, boolean evolve) {}
