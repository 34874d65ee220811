package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** Moves a ledger by hand. */
public final class LedgerReset {
    private LedgerReset() {}

    /**
     * Sets offsets, all or none.
     *
     * @param offsets the next offsets; null for the beginning
     */
    public static void resetOffsets(
            ConnectionSettings settings, ConnectorRows rows, Map<TopicPartition, @Nullable Long> offsets) {
        SqlErrors errors = settings.dialect().errors();
        try (Database database = new Database(settings)) {
            Connection connection = database.connection();
            rows.resetOffsets(connection, offsets);
            connection.commit();
        } catch (SQLException e) {
            throw new ConnectException("The ledger was not changed: " + errors.describe(e), errors.safeCause(e));
        }
    }
}
