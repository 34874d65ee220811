package io.millrace.local.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The path of a write.
 *
 * @param view the view's name
 * @param row the view's row after the write, by column
 * @param delay from the commit in the shop until the row could be read in the view
 * @param event the official event between them; empty if it was not found
 */
public record RowTrace(
        ShopWrite write,
        String view,
        Map<String, String> row,
        Duration delay,
        Optional<ConsumerRecord<String, String>> event) {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MS = 2;

    /**
     * Waits until the query finds a row, and finds the event that the write caused.
     *
     * @param sql selects the view's row as it must be after the write
     * @throws QuickstartFailedException if the row is still missing after 60 s
     */
    static RowTrace follow(
            ShopWrite write,
            Connection views,
            OfficialEvents events,
            String topic,
            String view,
            String sql,
            Object... values)
            throws SQLException, InterruptedException {
        try (PreparedStatement statement = views.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            while (true) {
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        Duration delay = Duration.ofNanos(System.nanoTime() - write.committedNanos());
                        return new RowTrace(
                                write,
                                view,
                                columns(rows),
                                delay,
                                events.lastOfRequest(topic, write.context().requestId()));
                    }
                }
                if (System.nanoTime() - write.committedNanos() > TIMEOUT.toNanos()) {
                    throw new QuickstartFailedException("The view " + view + " did not show this write within "
                            + TIMEOUT.toSeconds() + " s: " + write.sql());
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    private static Map<String, String> columns(ResultSet row) throws SQLException {
        ResultSetMetaData metadata = row.getMetaData();
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            columns.put(metadata.getColumnLabel(i), row.getString(i));
        }
        return columns;
    }
}
