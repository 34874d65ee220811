package io.millrace.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the source's MySQL server that the events require. Each is checked when a configuration is posted. A
 * session can change some of them for itself, which no check sees.
 */
public final class SourceServer {
    private static final String ROWS_QUERY = "binlog_rows_query_log_events";
    private static final String GTID_MODE = "gtid_mode";
    private static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("log_bin", new Setting("ON", "the server has no binlog to read changes from"));
        SETTINGS.put("binlog_format", new Setting("ROW", "the binlog contains statements instead of rows"));
        SETTINGS.put(
                "binlog_row_image",
                new Setting("FULL", "rows lack columns, and the task fails at the first change of a row"));
        SETTINGS.put(
                "binlog_row_value_options",
                new Setting("", "every UPDATE of a session with this option is missing, without an error"));
        SETTINGS.put(
                GTID_MODE,
                new Setting(
                        "ON",
                        "rows that were written before an ALTER TABLE get wrong values if the task restarts after it."
                                + " Set it with enforce_gtid_consistency=ON; or set gtids=optional, and restart no task"
                                + " between an ALTER TABLE and the next event of the connector"));
        SETTINGS.put(ROWS_QUERY, new Setting("ON", "no comment of a statement reaches the events' context"));
    }

    private final SourceTables database;

    private SourceServer(SourceTables database) {
        this.database = database;
    }

    /**
     * A required setting.
     *
     * @param expected its value
     * @param otherwise what happens with another value, and what to do
     */
    private record Setting(String expected, String otherwise) {}

    /** The server that the options name, as {@link OfficialEventOptions#DATABASE}; empty if they name none, or one of PostgreSQL. */
    public static Optional<SourceServer> of(Map<String, ?> options) {
        return SourceDatabase.findTables(options)
                .filter(database -> database.dialect() instanceof MySqlSource)
                .map(SourceServer::new);
    }

    /**
     * The settings that have another value than the events need, one sentence each; none if the server cannot be queried.
     *
     * @param needsGtids whether the server must have GTIDs
     */
    public List<String> findObjections(boolean needsGtids) {
        Map<String, Setting> needed = new LinkedHashMap<>(SETTINGS);
        needed.remove(ROWS_QUERY);
        if (!needsGtids) {
            needed.remove(GTID_MODE);
        }
        return compare(needed);
    }

    /** Why the server's binlog has no statements, in a sentence; empty if it has them or cannot be queried. */
    public Optional<String> findStatementObjection() {
        return compare(Map.of(
                        ROWS_QUERY,
                        Optional.ofNullable(SETTINGS.get(ROWS_QUERY)).orElseThrow()))
                .stream()
                .findFirst();
    }

    /** The transactions with GTIDs that the server has executed; empty if it has none, or cannot be queried. */
    public Optional<String> findExecutedGtids() {
        return database.queryVariables(List.of(GTID_MODE, "gtid_executed"))
                .filter(values -> "ON".equalsIgnoreCase(values.get(GTID_MODE)))
                .map(values -> values.getOrDefault("gtid_executed", "").replaceAll("\\s", ""))
                .filter(executed -> !executed.isEmpty());
    }

    private List<String> compare(Map<String, Setting> needed) {
        Optional<Map<String, String>> found = database.queryVariables(needed.keySet());
        List<String> objections = new ArrayList<>();
        found.ifPresent(values -> needed.forEach((name, setting) -> {
            String value = values.get(name);
            if (value != null && !value.toUpperCase(Locale.ROOT).equals(setting.expected())) {
                objections.add("the server has " + name + "=" + value + ", expected "
                        + (setting.expected().isEmpty() ? "no value" : setting.expected()) + ": otherwise "
                        + setting.otherwise());
            }
        }));
        return objections;
    }
}
