package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.rebuild.RebuildProgress;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
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
    private final ConnectionSettings settings;
    private final SinkTaskContext context;
    private long nextStepNanos = System.nanoTime();
    private long nextLogNanos = System.nanoTime();

    RebuildSteps(
            Optional<Rebuild> rebuild,
            Optional<ViewAdmission> admission,
            ConnectionSettings settings,
            SinkTaskContext context) {
        this.rebuild = rebuild;
        this.admission = admission;
        this.settings = settings;
        this.context = context;
    }

    /** Begins or resumes the rebuild; the projections into the tables that are to be written now. */
    List<ProjectionDefinition> begin(Database database, List<ProjectionDefinition> definitions) throws SQLException {
        if (rebuild.isPresent()) {
            rebuild.get().begin(database);
        }
        if (rebuild.isEmpty() || !rebuild.get().isRunning()) {
            if (admission.isPresent()) {
                admission.get().admitViews(database);
            }
            return definitions;
        }
        return definitions.stream()
                .map(definition -> definition.writeTo(rebuild.get()::target))
                .toList();
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

    /** Takes the next step if it is time; whether the views have just been swapped. */
    boolean advance(SinkMetrics metrics) {
        if (rebuild.isEmpty() || !rebuild.get().isRunning()) {
            return false;
        }
        context.timeout(STEP_MS);
        if (System.nanoTime() - nextStepNanos < 0) {
            return false;
        }
        nextStepNanos = System.nanoTime() + STEP_MS * 1_000_000;
        SqlErrors errors = settings.dialect().errors();
        try (Database database = new Database(settings)) {
            RebuildProgress progress = rebuild.get().advance(database);
            metrics.rebuilding(progress.recordsBehind());
            logProgress(progress);
        } catch (SQLException e) {
            if (errors.classify(e) != SqlFault.TRANSIENT) {
                throw new ConnectException("Cannot rebuild the views: " + errors.describe(e), errors.safeCause(e));
            }
            // If the fault lasts, the writer fails with it too.
            LOG.warn("Rebuild step failed, retrying: {}", errors.describe(e));
        }
        return !rebuild.get().isRunning();
    }

    /** Names what holds the rebuild up, for whoever reads the alert. */
    private void logProgress(RebuildProgress progress) {
        if (!progress.waitsFor().isEmpty() && System.nanoTime() - nextLogNanos >= 0) {
            nextLogNanos = System.nanoTime() + LOG_EVERY_MS * 1_000_000;
            LOG.info("The rebuild is not yet where the replaced connector is: {}", progress.waitsFor());
        }
    }
}
