package io.millrace.connectors.projection;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.ledger.Ledger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** Moves a ledger by hand. */
final class LedgerReset {
    private LedgerReset() {}

    /** Sets offsets, all or none; null means the beginning. */
    static void apply(ProjectionSinkConfig config, Map<TopicPartition, Long> offsets) {
        SqlErrors errors = config.connection().dialect().errors();
        try (Database database = new Database(config.connection())) {
            Connection connection = database.connection();
            Ledger ledger = config.ledger();
            ledger.create(connection);
            for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
                ledger.set(connection, offset.getKey(), offset.getValue() == null ? 0 : offset.getValue());
            }
            connection.commit();
        } catch (SQLException e) {
            throw new ConnectException("The ledger was not changed: " + errors.describe(e), errors.safeCause(e));
        }
    }
}
