package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.rebuild.Rebuild;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the steps of a rebuild, one in a second, if the sink is configured to rebuild views. */
final class RebuildSteps {
    private static final Logger LOG = LoggerFactory.getLogger(RebuildSteps.class);
    private static final long STEP_MS = 1_000;

    private final Optional<Rebuild> rebuild;
    private final ConnectionSettings settings;
    private final SinkTaskContext context;
    private long nextStepNanos = System.nanoTime();

    RebuildSteps(Optional<Rebuild> rebuild, ConnectionSettings settings, SinkTaskContext context) {
        this.rebuild = rebuild;
        this.settings = settings;
        this.context = context;
    }

    /** Begins or resumes the rebuild; the projections into the tables that are to be written now. */
    List<ProjectionDefinition> begin(Database database, List<ProjectionDefinition> definitions) throws SQLException {
        if (rebuild.isEmpty()) {
            return definitions;
        }
        rebuild.get().begin(database);
        return definitions.stream()
                .map(definition -> definition.writeTo(rebuild.get()::target))
                .toList();
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
            metrics.rebuilding(rebuild.get().advance(database));
        } catch (SQLException e) {
            if (errors.classify(e) != SqlFault.TRANSIENT) {
                throw new ConnectException("Cannot rebuild the views: " + errors.describe(e), errors.safeCause(e));
            }
            // If the fault lasts, the writer fails with it too.
            LOG.warn("Rebuild step failed, retrying: {}", errors.describe(e));
        }
        return !rebuild.get().isRunning();
    }
}
