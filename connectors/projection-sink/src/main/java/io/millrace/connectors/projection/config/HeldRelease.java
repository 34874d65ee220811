package io.millrace.connectors.projection.config;

import io.millrace.changes.TopicPlace;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.ledger.HeldRecord;
import io.millrace.connectors.projection.ledger.HeldRows;
import io.millrace.connectors.projection.ledger.RecordOrigin;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Releases held records that must not come back, for tools that run outside of Connect: their rows are deleted, and the next records of their
 * keys are the first ones then. Needs SELECT and DELETE on {@code hold.table}, and no option but {@link LedgerReport#neededOptions}.
 */
public final class HeldRelease {
    private HeldRelease() {}

    /**
     * Deletes the rows of records in one transaction.
     *
     * @param options the connector's options, without variables of config providers
     * @param connector the connector's name
     * @param places the places from which the records were refused
     * @return the places that had a row
     * @throws ConfigException if one of the needed options is not valid, or the connector holds no records
     * @throws ConnectException if the database refuses; the message contains no values
     */
    public static Set<TopicPlace> release(
            Map<String, String> options, String connector, Collection<TopicPlace> places) {
        AbstractConfig config = LedgerReport.readNeeded(options);
        if (!SinkOptions.HOLD_KEY_ORDER.get(config)) {
            throw new ConfigException(
                    SinkOptions.HOLD_KEY_ORDER.name(), false, "expected true: only then a connector holds records");
        }
        ConnectionSettings settings = LedgerReport.connect(config);
        HeldRows rows = new HeldRows(SinkOptions.HOLD_TABLE.get(config), settings.dialect(), connector);
        List<RecordOrigin> origins = places.stream()
                .map(place -> new RecordOrigin(new TopicPartition(place.topic(), place.partition()), place.offset()))
                .toList();
        try (Connection connection = settings.open()) {
            Collection<HeldRecord> found = rows.lock(connection, origins).values();
            rows.delete(connection, found);
            connection.commit();
            return found.stream()
                    .map(held -> new TopicPlace(
                            held.origin().partition().topic(),
                            held.origin().partition().partition(),
                            held.origin().offset()))
                    .collect(Collectors.toSet());
        } catch (SQLException e) {
            throw new ConnectException(
                    "The rows of " + rows + " cannot be deleted: "
                            + settings.dialect().errors().describe(e),
                    settings.dialect().errors().safeCause(e));
        }
    }
}
