package io.millrace.local.page;

import io.millrace.local.LocalPipeline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The statements of the last transactions, read out of the binlog. For one thread.
 *
 * <p>Source: MySQL's {@code SHOW BINLOG EVENTS}, whose {@code Info} is {@code SET @@SESSION.GTID_NEXT= 'uuid:n'} of a {@code Gtid}
 * event, and {@code # statement} of a {@code Rows_query} event. An event's id contains the transaction and the number of the change's event
 * in it, see {@code EventId}.
 */
final class Statements implements AutoCloseable {
    private static final int KEPT = 1_000;
    private static final int LONGEST = 2_000;
    private static final Pattern GTID = Pattern.compile("'([0-9a-fA-F-]{36}:\\d+)'");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final Connection connection;
    private final Map<String, List<PlacedStatement>> byGtid = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<PlacedStatement>> eldest) {
            return size() > KEPT;
        }
    };

    private String file;
    private long position;
    private String gtid = "";
    /** The number of the last event in its transaction; the begin is 0. */
    private long number;

    /** A statement, and the number of its event, which is before those of its rows. */
    private record PlacedStatement(long number, String sql) {}

    /** From the beginning of the newest file of the binlog. */
    Statements(LocalPipeline pipeline) throws SQLException {
        connection = pipeline.connectAsRoot();
        try (Statement logs = connection.createStatement();
                ResultSet row = logs.executeQuery("SHOW BINARY LOGS")) {
            while (row.next()) {
                file = row.getString(1);
            }
        }
        position = 4;
    }

    /** Reads what was written since. */
    void read() throws SQLException {
        boolean rotated;
        do {
            rotated = readFile();
        } while (rotated);
    }

    /** Whether another file begins behind what was read. */
    private boolean readFile() throws SQLException {
        try (PreparedStatement events =
                connection.prepareStatement("SHOW BINLOG EVENTS IN '" + file + "' FROM " + position)) {
            try (ResultSet event = events.executeQuery()) {
                while (event.next()) {
                    position = event.getLong("End_log_pos");
                    String info = event.getString("Info");
                    number++;
                    switch (event.getString("Event_type")) {
                        case "Gtid" -> beginTransaction(info);
                        case "Rows_query" -> addStatement(info.startsWith("# ") ? info.substring(2) : info);
                        case "Rotate" -> {
                            file = info.substring(0, info.indexOf(';'));
                            position = 4;
                            return true;
                        }
                        default -> {}
                    }
                }
            }
        }
        return false;
    }

    private void beginTransaction(String info) {
        Matcher matcher = GTID.matcher(info);
        gtid = matcher.find() ? matcher.group(1) : "";
        number = -1;
    }

    private void addStatement(String statement) {
        if (!gtid.isEmpty()) {
            String sql = statement.length() > LONGEST ? statement.substring(0, LONGEST) + "…" : statement;
            byGtid.computeIfAbsent(gtid, any -> new ArrayList<>()).add(new PlacedStatement(number, sql));
        }
    }

    /** The statement that made the change of an event, by the event's id: the last one in front of the change's rows. */
    Optional<String> findStatement(ConsumerRecord<?, ?> event) {
        String[] id = Records.header(event, "ce_id").split(":", -1);
        if (id.length < 3 || !NUMBER.matcher(id[2]).matches()) {
            return Optional.empty();
        }
        long change = Long.parseLong(id[2]);
        return byGtid.getOrDefault(id[0] + ":" + id[1], List.of()).stream()
                .filter(statement -> statement.number() < change)
                .reduce((earlier, later) -> later)
                .map(PlacedStatement::sql);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
