package io.millrace.connectors.projection.rebuild;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.ConnectorRows;
import io.millrace.connectors.projection.ledger.LedgerPosition;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.ledger.ViewRow;
import io.millrace.connectors.projection.ledger.ViewState;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the ledger of a stopped connector on an operator's request: resets it to the beginning, and aborts a running
 * rebuild; or sets the offsets of some partitions.
 */
public final class OffsetReset {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReset.class);

    private final ConnectionSettings settings;
    private final ConnectorRows rows;
    private final List<ProjectionDefinition> definitions;
    private final Function<Collection<String>, List<ViewAdmission>> admissions;
    private final Optional<KafkaLogs> logs;

    /**
     * The reset of a connector.
     *
     * @param definitions its projections
     * @param admissions of its views, with those of the given topics
     * @param logs with which offsets are compared that an operator sets; closed by {@link #alterOffsets}
     */
    public OffsetReset(
            ConnectionSettings settings,
            ConnectorRows rows,
            List<ProjectionDefinition> definitions,
            Function<Collection<String>, List<ViewAdmission>> admissions,
            Optional<KafkaLogs> logs) {
        this.settings = settings;
        this.rows = rows;
        this.definitions = List.copyOf(definitions);
        this.admissions = admissions;
        this.logs = logs;
    }

    /**
     * Sets offsets, all or none. Connect lists the partitions of the consumer group, perhaps none, although the ledger
     * may have some. If there is no offset among them, the whole ledger of the connector is therefore reset.
     *
     * @param offsets the next offsets; null for the beginning
     * @throws ConnectException if the ledger was not changed
     */
    public void alterOffsets(Map<TopicPartition, @Nullable Long> offsets) {
        SqlErrors errors = settings.dialect().errors();
        try (Database database = new Database(settings)) {
            rows.prepare(database.connection());
            if (offsets.values().stream().allMatch(Objects::isNull)) {
                resetAll(database);
            } else {
                setOffsets(database, offsets);
            }
        } catch (SQLException e) {
            throw new ConnectException("The ledger was not changed: " + errors.describe(e), errors.safeCause(e));
        } catch (ApiException e) {
            throw new ConnectException("The ledger was not changed: querying the brokers failed, " + e.getMessage(), e);
        } finally {
            logs.ifPresent(KafkaLogs::close);
        }
    }

    private void resetAll(Database database) throws SQLException {
        Connection connection = database.connection();
        List<ViewRow> views = rows.readViews(connection);
        boolean rebuilding = !views.isEmpty() && views.get(0).state() != ViewState.LIVE;
        boolean swapped = rebuilding && Rebuild.hasSwapped(database, views);
        if (rebuilding && !swapped) {
            rows.of(Objects.requireNonNull(views.get(0).replaces())).reinstate(connection, rows.connector());
        }
        rows.resetAll(connection);
        connection.commit();
        if (rebuilding && !swapped) {
            for (ViewRow view : views) {
                for (TableName table : Rebuild.temporaryTables(view.view())) {
                    database.dialect().drop(connection, table);
                }
            }
            connection.commit();
            LOG.info(
                    "Rebuild of the views of the connector '{}' aborted; that connector writes them again when its"
                            + " tasks are restarted",
                    views.get(0).replaces());
        }
        LOG.info("Ledger of the connector '{}' reset to the first records", rows.connector());
    }

    private void setOffsets(Database database, Map<TopicPartition, @Nullable Long> offsets) throws SQLException {
        Connection connection = database.connection();
        rows.requireNotRetired(connection);
        List<ViewRow> views = rows.readViews(connection);
        if (!views.isEmpty() && views.get(0).state() != ViewState.LIVE) {
            throw new ConnectException(
                    "The ledger was not changed: the views are being rebuilt, which needs every record. To"
                            + " abort the rebuild, reset all offsets (DELETE /connectors/" + rows.connector()
                            + "/offsets)");
        }
        Map<TopicPartition, Long> present = rows.readOffsets(connection);
        Map<TopicPartition, Long> next = new HashMap<>();
        offsets.forEach((partition, offset) -> next.put(partition, offset == null ? 0 : offset));
        Map<TopicPartition, PartitionLog> found = requireWithinLogs(next);
        requireCountedOnce(present, next);
        Map<TopicPartition, Long> readAgain = findReadAgain(connection, next, found);
        Set<String> topics = next.keySet().stream()
                .map(TopicPartition::topic)
                .filter(topic -> !topic.equals(rows.retryTopic()))
                .collect(Collectors.toSet());
        if (!topics.isEmpty() && views.isEmpty() && present.values().stream().allMatch(offset -> offset == 0)) {
            // If the connector has written nothing, its views are meant to begin at the offsets that are set.
            for (ViewAdmission admission : admissions.apply(topics)) {
                admission.admitViews(database);
            }
        }
        rows.setOffsets(connection, next, readAgain);
        connection.commit();
    }

    /**
     * The first record of each partition that is read again: older ones may be deleted from the log.
     *
     * @throws ConnectException if records of a former topic are held, which could then neither be read nor come back
     */
    private Map<TopicPartition, Long> findReadAgain(
            Connection connection, Map<TopicPartition, Long> next, Map<TopicPartition, PartitionLog> found)
            throws SQLException {
        Map<TopicPartition, LedgerPosition> positions = rows.readPositions(connection);
        Map<TopicPartition, Long> readAgain = new HashMap<>();
        for (Map.Entry<TopicPartition, Long> offset : next.entrySet()) {
            TopicPartition partition = offset.getKey();
            PartitionLog log = found.get(partition);
            LedgerPosition position = positions.get(partition);
            long first = log == null ? offset.getValue() : Math.max(offset.getValue(), log.startOffset());
            readAgain.put(partition, first);
            String known = position == null ? null : position.topicId();
            if (log != null && known != null && log.topicId() != null && !known.equals(log.topicId())) {
                requireNothingHeld(connection, partition);
            }
        }
        return readAgain;
    }

    private void requireNothingHeld(Connection connection, TopicPartition partition) throws SQLException {
        long held = rows.held().countOf(connection, partition);
        if (held > 0) {
            throw new ConnectException("The ledger was not changed: " + held + " refused records of " + partition
                    + " are held in the table " + rows.held() + ", and their topic was another one, so they cannot come"
                    + " back. Release them (millrace redrive resolve), or reset all offsets (DELETE /connectors/"
                    + rows.connector() + "/offsets); the dead letter queue has the records");
        }
    }

    private Map<TopicPartition, PartitionLog> requireWithinLogs(Map<TopicPartition, Long> next) {
        if (logs.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, PartitionLog> found = logs.get().readLogs(next.keySet());
        next.forEach((partition, offset) -> {
            PartitionLog log = found.get(partition);
            if (log == null) {
                throw new ConnectException("The ledger was not changed: unknown partition " + partition);
            }
            if (offset > log.endOffset()) {
                throw new ConnectException("The ledger was not changed: expected an offset of " + partition + " up to "
                        + log.endOffset() + ", where its log ends; found " + offset);
            }
        });
        return found;
    }

    /** An aggregate without members counts a record again that comes again. */
    private void requireCountedOnce(Map<TopicPartition, Long> present, Map<TopicPartition, Long> next) {
        Optional<ProjectionDefinition> counting = definitions.stream()
                .filter(definition -> !definition.countedColumns().isEmpty()
                        && definition.ownTables().isEmpty())
                .findFirst();
        if (counting.isEmpty()) {
            return;
        }
        next.forEach((partition, offset) -> {
            if (offset < present.getOrDefault(partition, 0L)) {
                throw new ConnectException("The ledger was not changed: from offset " + offset + " of " + partition
                        + " the view " + counting.get().basics().table()
                        + " would count records again, because its aggregate has no member.key. To fill it"
                        + " again, empty it"
                        + " and reset all offsets (DELETE /connectors/" + rows.connector() + "/offsets)");
            }
        });
    }
}
