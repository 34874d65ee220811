package io.millrace.connectors.projection.database;

import java.util.List;

/**
 * The ledger's statements that differ between databases.
 *
 * @param create creates the table if it is missing
 * @param upgrade changes a table that a former version created, whose rows get the format 0
 * @param claim raises the epoch of a partition, or begins it at offset 0 with epoch 1; parameters: connector, topic,
 *     partition
 * @param set sets the offset of a partition and raises its epoch; parameters: offset, connector, topic, partition
 */
public record LedgerStatements(String create, List<String> upgrade, String claim, String set) {
    /** The format of the rows, in the column {@code format}. It has no default, so a former version can claim nothing. */
    public static final int FORMAT = 2;

    public LedgerStatements {
        upgrade = List.copyOf(upgrade);
    }
}
