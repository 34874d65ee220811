package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalPipeline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of views after events: once the ledger of a sink is past an event, the rows of the event's key are read. For one
 * thread.
 */
final class ViewRows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewRows.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 5;
    /** A column of a view's key, perhaps with a declared type, that is a field of the event's key or value. */
    private static final Pattern COLUMN = Pattern.compile("(\\w+)\\s*(?::\\s*[\\w()?]+\\s*)?=\\s*(key|value)\\.(\\w+)");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)}");
    /** An event that is older when it comes was committed before the page was opened. */
    private static final long LIVE_MS = 10_000;

    private final Connection connection;
    private final Map<String, String> environment;
    private final String server;
    private final Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>();

    ViewRows(LocalPipeline pipeline) throws SQLException {
        // Users have views in databases of their own, too.
        connection = pipeline.connectAsRoot();
        environment = pipeline.environment();
        server = "jdbc:mysql://127.0.0.1:" + pipeline.mysql().port() + "/";
    }

    /** The next offset of each partition in the ledger, by connector. */
    Map<String, Map<TopicPartition, Long>> offsets() {
        return offsets;
    }

    /** Adds the rows of the views that have been written since. */
    void read(Collection<Event> events, Connectors connectors) throws SQLException {
        offsets.clear();
        Map<String, String> databases = findDatabases(connectors);
        for (String database : new TreeSet<>(databases.values())) {
            readLedger(database);
        }
        for (String sink : databases.keySet()) {
            Map<TopicPartition, Long> next = offsets.getOrDefault(sink, Map.of());
            for (Event event : events) {
                ConsumerRecord<String, String> record = event.record();
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (!event.isWrittenBy(sink) && next.getOrDefault(partition, 0L) > record.offset()) {
                    event.addRows(sink, readViews(sink, databases.get(sink), connectors, record));
                }
            }
        }
    }

    /** The databases of this server that sinks write to, by sink. */
    private Map<String, String> findDatabases(Connectors connectors) {
        Map<String, String> databases = new TreeMap<>();
        for (String sink : connectors.sinks()) {
            String url = VARIABLE.matcher(connectors.option(sink, "connection.url"))
                    .replaceAll(found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
            if (url.startsWith(server)) {
                databases.put(sink, url.substring(server.length()).replaceFirst("\\?.*", ""));
            }
        }
        return databases;
    }

    private void readLedger(String database) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT connector, topic, partition_id, next_offset FROM "
                                + quote(database + ".millrace_ledger"));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                offsets.computeIfAbsent(row.getString(1), connector -> new HashMap<>())
                        .put(new TopicPartition(row.getString(2), row.getInt(3)), row.getLong(4));
            }
        } catch (SQLSyntaxErrorException e) {
            LOG.trace("No sink has created the ledger of {} yet", database, e);
        }
    }

    private List<Event.ViewRow> readViews(
            String sink, String database, Connectors connectors, ConsumerRecord<String, String> record)
            throws SQLException {
        List<Event.ViewRow> found = new ArrayList<>();
        for (Connectors.View view : connectors.viewsOf(sink)) {
            Map<String, String> key = readKey(view.key(), record);
            if (!key.isEmpty()) {
                found.add(new Event.ViewRow(
                        sink + " " + view.table(), selectRows(database, view.table(), key), millisSince(record)));
            }
        }
        return found;
    }

    /** The values of those columns, by their names. */
    static Map<String, String> readKey(String option, ConsumerRecord<String, String> record) {
        Map<String, String> key = new LinkedHashMap<>();
        Matcher column = COLUMN.matcher(option);
        while (column.find()) {
            String json = column.group(2).equals("key") ? record.key() : record.value();
            readField(json, column.group(3)).ifPresent(value -> key.put(column.group(1), value));
        }
        return key;
    }

    private static Optional<String> readField(String json, String field) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(json);
            JsonNode value = (node.has("payload") ? node.path("payload") : node).path(field);
            return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private List<Map<String, String>> selectRows(String database, String table, Map<String, String> key)
            throws SQLException {
        StringBuilder sql =
                new StringBuilder("SELECT * FROM ").append(quote(table.contains(".") ? table : database + "." + table));
        key.keySet().forEach(column -> sql.append(sql.indexOf(" WHERE ") < 0 ? " WHERE " : " AND ")
                .append(quote(column))
                .append(" = ?"));
        List<Map<String, String>> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql + " LIMIT " + SHOWN)) {
            int parameter = 1;
            for (String value : key.values()) {
                statement.setString(parameter++, value);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Map<String, String> columns = new LinkedHashMap<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        columns.put(row.getMetaData().getColumnLabel(i), shorten(row.getString(i)));
                    }
                    rows.add(columns);
                }
            }
        } catch (SQLSyntaxErrorException e) {
            LOG.trace("The view {} cannot be read", table, e);
        }
        return rows;
    }

    private static String shorten(String value) {
        return value != null && value.length() > 200 ? value.substring(0, 200) + "…" : value;
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``").replace(".", "`.`") + "`";
    }

    /** Since the commit in the source; empty for an event from before. */
    private static OptionalLong millisSince(ConsumerRecord<?, ?> record) {
        try {
            Instant committed = Instant.parse(Records.header(record, "ce_time"));
            long millis = Math.max(0, Instant.now().toEpochMilli() - committed.toEpochMilli());
            return millis < LIVE_MS ? OptionalLong.of(millis) : OptionalLong.empty();
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
