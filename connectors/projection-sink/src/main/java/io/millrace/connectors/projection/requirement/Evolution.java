package io.millrace.connectors.projection.requirement;

/**
 * The changes that the sink may make to tables.
 *
 * @param create whether it creates those that are missing
 * @param evolve whether it adds columns that are missing
 */
public record Evolution(boolean create, boolean evolve) {}
