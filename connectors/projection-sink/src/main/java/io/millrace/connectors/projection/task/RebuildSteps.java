package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.rebuild.RebuildProgress;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the steps of a rebuild, two in a second, if the sink is configured to rebuild views. */
final class RebuildSteps {
    private static final Logger LOG = LoggerFactory.getLogger(RebuildSteps.class);
    private static final long STEP_MS = 500;
    private static final long LOG_EVERY_MS = 60_000;

    private final Optional<Rebuild> rebuild;
    private final Optional<ViewAdmission> admission;
    private final SinkTaskContext context;
    private long nextStepNanos = System.nanoTime();
    private long nextLogNanos = System.nanoTime();

    RebuildSteps(Optional<Rebuild> rebuild, Optional<ViewAdmission> admission, SinkTaskContext context) {
        this.rebuild = rebuild;
        this.admission = admission;
        this.context = context;
    }

    /**
     * Begins or resumes the rebuild.
     *
     * @param mayBegin whether a rebuild may begin that the ledger does not have
     * @return the projections into the tables that are to be written now; empty if the rebuild has not begun
     */
    Optional<List<ProjectionDefinition>> begin(
            Database database, List<ProjectionDefinition> definitions, boolean mayBegin) throws SQLException {
        if (rebuild.isPresent() && !rebuild.get().begin(database, mayBegin)) {
            return Optional.empty();
        }
        if (rebuild.isEmpty() || !rebuild.get().isRunning()) {
            if (admission.isPresent()) {
                admission.get().admitViews(database);
            }
            return Optional.of(definitions);
        }
        return Optional.of(definitions.stream()
                .map(definition -> definition.writeTo(rebuild.get()::target))
                .toList());
    }

    /** Records that the tables exist. */
    void confirmTables(Database database) throws SQLException {
        if (rebuild.isPresent() && rebuild.get().isRunning()) {
            rebuild.get().confirmShadows(database);
        } else if (admission.isPresent()) {
            admission.get().confirmTables(database);
        }
    }

    /** Has the next step be taken at once. */
    void hurry() {
        nextStepNanos = System.nanoTime();
    }

    /** Whether the shadows are written, and not the views. */
    boolean isRunning() {
        return rebuild.isPresent() && rebuild.get().isRunning();
    }

    /** Whether it is time for the next step. Has Connect call again for it. */
    boolean isDue() {
        if (!isRunning()) {
            return false;
        }
        context.timeout(STEP_MS);
        if (System.nanoTime() - nextStepNanos < 0) {
            return false;
        }
        nextStepNanos = System.nanoTime() + STEP_MS * 1_000_000;
        return true;
    }

    /** Takes the next step that is possible. */
    RebuildProgress advance(Database database) throws SQLException {
        return rebuild.orElseThrow().advance(database);
    }

    /** Shows how far the rebuild is; whether the views have been swapped. */
    boolean report(RebuildProgress progress, SinkMetrics metrics) {
        metrics.rebuilding(progress.recordsBehind());
        logProgress(progress);
        return !isRunning();
    }

    /** Requires that the tables are still those that were confirmed. */
    void requireSameTables(Database database) throws SQLException {
        if (!isRunning() && admission.isPresent()) {
            admission.get().requireSameTables(database);
        }
    }

    /** Logs the partitions for which the rebuild waits, for the reader of the alert. */
    private void logProgress(RebuildProgress progress) {
        if (!progress.waitsFor().isEmpty() && System.nanoTime() - nextLogNanos >= 0) {
            nextLogNanos = System.nanoTime() + LOG_EVERY_MS * 1_000_000;
            LOG.info("Rebuild waits for the position of the replaced connector: {}", progress.waitsFor());
        }
    }
}
