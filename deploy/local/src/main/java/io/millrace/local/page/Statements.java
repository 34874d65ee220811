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
 * event, {@code # statement} of a {@code Rows_query} event, and {@code table_id: n (database.table)} of a {@code Table_map} event.
 */
final class Statements implements AutoCloseable {
    private static final int KEPT = 1_000;
    private static final int LONGEST = 2_000;
    private static final Pattern GTID = Pattern.compile("'([0-9a-fA-F-]{36}:\\d+)'");
    private static final Pattern TABLE = Pattern.compile("\\(([^)]+)\\)");

    private final Connection connection;
    private final Map<String, List<TableStatement>> byGtid = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<TableStatement>> eldest) {
            return size() > KEPT;
        }
    };

    private String file;
    private long position;
    private String gtid = "";
    private String statement = "";

    private record TableStatement(String table, String sql) {}

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
                    switch (event.getString("Event_type")) {
                        case "Gtid" -> beginTransaction(info);
                        case "Rows_query" -> statement = info.startsWith("# ") ? info.substring(2) : info;
                        case "Table_map" -> addStatement(info);
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
        statement = "";
    }

    private void addStatement(String info) {
        Matcher matcher = TABLE.matcher(info);
        if (matcher.find() && !gtid.isEmpty() && !statement.isEmpty()) {
            String sql = statement.length() > LONGEST ? statement.substring(0, LONGEST) + "…" : statement;
            byGtid.computeIfAbsent(gtid, any -> new ArrayList<>()).add(new TableStatement(matcher.group(1), sql));
        }
    }

    /** The statement that made the change of an event, by the GTID in its id and the request in its headers. */
    Optional<String> findStatement(ConsumerRecord<?, ?> event) {
        String[] id = Records.header(event, "ce_id").split(":", -1);
        if (id.length < 3) {
            return Optional.empty();
        }
        String request = Records.header(event, "requestId");
        List<TableStatement> statements = byGtid.getOrDefault(id[0] + ":" + id[1], List.of());
        return statements.stream()
                .filter(each -> each.sql().contains(request))
                .filter(each -> event.topic().endsWith(tableOf(each)))
                .findFirst()
                .or(() -> statements.stream()
                        .filter(each -> each.sql().contains(request))
                        .findFirst())
                .map(TableStatement::sql);
    }

    private static String tableOf(TableStatement statement) {
        return statement.table().substring(statement.table().indexOf('.') + 1);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
