package io.millrace.connectors.projection.config;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.config.SinkOptions.ProcessingGuarantee;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LoginHistory;
import io.millrace.connectors.projection.ledger.ConnectorRows;
import io.millrace.connectors.projection.ledger.HeldRows;
import io.millrace.connectors.projection.ledger.LedgerPosition;
import io.millrace.connectors.projection.ledger.LedgerTable;
import io.millrace.connectors.projection.ledger.ViewState;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The state of one connector in the ledger, for tools that run outside of Connect. Reading it needs SELECT on the ledger's
 * tables, and no option but {@link #neededOptions}.
 *
 * @param positions the next offset of each partition that the connector has claimed
 * @param successor the connector that took over the views; empty if none did
 * @param rebuilding whether the connector rebuilds views, so that readers still see the former ones
 */
public record LedgerReport(
        Map<TopicPartition, LedgerPosition> positions, Optional<String> successor, boolean rebuilding) {
    private static final OptionSet NEEDED = OptionSet.of(
            SinkOptions.CONNECTION_URL,
            SinkOptions.CONNECTION_USER,
            SinkOptions.CONNECTION_PASSWORD,
            SinkOptions.CREDENTIALS,
            SinkOptions.CREDENTIALS_FILE,
            SinkOptions.CREDENTIALS_REGION,
            SinkOptions.TRUSTSTORE_PASSWORD,
            SinkOptions.KEYSTORE_PASSWORD,
            SinkOptions.LEDGER_TABLE,
            SinkOptions.PROCESSING_GUARANTEE,
            SinkOptions.HOLD_KEY_ORDER,
            SinkOptions.HOLD_TABLE);

    /** Keeps its own copy. */
    public LedgerReport {
        positions = Map.copyOf(positions);
    }

    /** The names of the options that {@link #read} needs. */
    public static Set<String> neededOptions() {
        return NEEDED.names();
    }

    /**
     * Reads the ledger in one transaction.
     *
     * @param options the connector's options, without variables of config providers
     * @param connector the connector's name
     * @return empty if the connector keeps no ledger, because its guarantee is at_least_once
     * @throws ConfigException if one of the needed options is not valid
     * @throws ConnectException if the database refuses; the message contains no values
     */
    public static Optional<LedgerReport> read(Map<String, String> options, String connector) {
        AbstractConfig config = readNeeded(options);
        if (SinkOptions.PROCESSING_GUARANTEE.get(config) != ProcessingGuarantee.EXACTLY_ONCE) {
            return Optional.empty();
        }
        ConnectionSettings settings = connect(config);
        try (Connection connection = settings.open()) {
            LedgerReport report = read(connection, settings.dialect(), config, connector);
            connection.rollback();
            return Optional.of(report);
        } catch (SQLException e) {
            throw new ConnectException(
                    "The ledger cannot be read: " + settings.dialect().errors().describe(e),
                    settings.dialect().errors().safeCause(e));
        }
    }

    /** The options that are needed, without the others, which may have variables. */
    static AbstractConfig readNeeded(Map<String, String> options) {
        Map<String, String> needed = new HashMap<>(options);
        needed.keySet().retainAll(NEEDED.names());
        return NEEDED.read(needed);
    }

    /** The views' database. */
    static ConnectionSettings connect(AbstractConfig config) {
        ConnectionCredentials.findProblems(config).stream().findFirst().ifPresent(problem -> {
            throw new ConfigException(problem.option() + ": " + problem.reason());
        });
        return ConnectionCredentials.connect(config, new LoginHistory());
    }

    private static LedgerReport read(Connection connection, Dialect dialect, AbstractConfig config, String connector)
            throws SQLException {
        TableName name = SinkOptions.LEDGER_TABLE.get(config);
        LedgerTable table = new LedgerTable(name, dialect);
        ConnectorRows rows = new ConnectorRows(
                table,
                connector,
                new HeldRows(SinkOptions.HOLD_TABLE.get(config), dialect, connector),
                SinkOptions.HOLD_KEY_ORDER.get(config));
        if (!dialect.exists(connection, name)) {
            return new LedgerReport(Map.of(), Optional.empty(), false);
        }
        if (!table.isPrepared(connection)) {
            Map<TopicPartition, LedgerPosition> positions = new HashMap<>();
            rows.readOffsets(connection)
                    .forEach((partition, offset) -> positions.put(partition, new LedgerPosition(offset, null)));
            return new LedgerReport(positions, rows.findSuccessor(connection), false);
        }
        return new LedgerReport(
                rows.readPositions(connection),
                rows.findSuccessor(connection),
                rows.readViews(connection).stream().anyMatch(view -> view.state() != ViewState.LIVE));
    }
}
