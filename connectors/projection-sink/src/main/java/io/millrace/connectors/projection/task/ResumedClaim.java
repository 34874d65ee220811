package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger's row of a partition when a task resumes.
 *
 * @param believed the offset that the task has committed
 * @param found the offset at which the task resumes; null if another task claimed the partition
 * @param foundEpoch the epoch of the ledger's row
 */
record ResumedClaim(Claim believed, @Nullable Claim found, long foundEpoch) {
    private static final Logger LOG = LoggerFactory.getLogger(ResumedClaim.class);

    /** Reads all, and claims those again whose claim the database has lost. Within the caller's transaction. */
    static List<ResumedClaim> readAll(Offsets offsets, Database database, List<Claim> believed) throws SQLException {
        List<ResumedClaim> resumed = new ArrayList<>();
        for (Claim claim : believed) {
            Optional<Claim> row = offsets.readClaim(database.connection(), claim);
            if (row.isPresent() && row.get().epoch() > claim.epoch()) {
                resumed.add(new ResumedClaim(claim, null, row.get().epoch()));
                continue;
            }
            if (row.isEmpty() || row.get().nextOffset() < claim.nextOffset()) {
                LOG.warn(
                        "Database lost transactions, reading records again: {} was at offset {}, and is at {}",
                        claim.partition(),
                        claim.nextOffset(),
                        row.map(Claim::nextOffset).orElse(0L));
            }
            Claim found = row.isPresent() && row.get().epoch() == claim.epoch()
                    ? row.get()
                    : offsets.claimPartitions(database.connection(), List.of(claim.partition()), Map.of())
                            .get(0);
            resumed.add(new ResumedClaim(claim, found, found.epoch()));
        }
        return resumed;
    }
}
