package io.millrace.connectors.projection.database;

/**
 * The ledger's statements that differ between databases.
 *
 * @param create creates the table where it is missing
 * @param claim raises the epoch of a partition, or begins it at offset 0 with epoch 1; parameters: connector, topic,
 *     partition
 * @param set sets the offset of a partition and raises its epoch; parameters: offset, connector, topic, partition
 */
public record LedgerStatements(String create, String claim, String set) {}
