package io.millrace.examples.imports;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.millrace.client.context.RequestContext;
import io.millrace.client.context.jdbc.ContextDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables of contacts, imports and jobs. Each statement has the current request in its comment, and each row in its column
 * {@code request_id}. Every method can be repeated: it changes nothing then. Safe for use by several threads.
 */
final class ImportTables implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final long CONNECTION_TIMEOUT_MS = 5_000;

    private final ContextDataSource database;

    /** A locked table does not keep the service from its start. */
    private static final int REHEARSAL_SECONDS = 5;

    /** The result of a job, as it was committed. */
    record JobResult(int imported, int refused) {}

    /** A job that is not done. */
    private record Job(String importId, String csv) {}

    /** What a transaction does. */
    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Opens a pool of connections, also if the server does not answer yet. */
    ImportTables(ImportSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        // A batch of rows is one statement.
        config.addDataSourceProperty("rewriteBatchedStatements", "true");
        database = new ContextDataSource(new HikariDataSource(config));
    }

    /** Stores an upload. */
    void insertImport(String id, String csv, int contacts) throws SQLException {
        inTransaction(connection -> insertImport(connection, id, csv, contacts, 0));
    }

    /** Does what {@link #insertImport} does, and rolls it back: other transactions and Debezium do not see the row. */
    void rehearseImport(String id, String csv, int contacts) throws SQLException {
        try (Connection connection = database.getConnection()) {
            insertImport(connection, id, csv, contacts, REHEARSAL_SECONDS);
            connection.rollback();
        }
    }

    /** Inserts the row of an import, with a limit of time in seconds, or 0. */
    private static int insertImport(Connection connection, String id, String csv, int contacts, int seconds)
            throws SQLException {
        String sql = "INSERT INTO contacts.imports (id, csv, contacts, request_id) VALUES (?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE id = imports.id";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setQueryTimeout(seconds);
            insert.setString(1, id);
            insert.setString(2, csv);
            insert.setInt(3, contacts);
            insert.setString(4, currentRequest());
            return insert.executeUpdate();
        }
    }

    /** The upload of an import. */
    Optional<String> findCsv(String importId) throws SQLException {
        return inTransaction(
                connection -> findText(connection, "SELECT csv FROM contacts.imports WHERE id = ?", importId));
    }

    /**
     * Adds the jobs of an import, all of them or none. The id of a job is {@code IMPORT-NUMBER}.
     *
     * @param dataCentre the data centre that imports the jobs with an even number; empty for this one
     */
    void insertJobs(String importId, List<String> parts, String dataCentre) throws SQLException {
        String sql = "INSERT INTO contacts.jobs (id, import_id, jobs, csv, data_centre, request_id)"
                + " VALUES (?, ?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE id = jobs.id";
        inTransaction(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (int number = 1; number <= parts.size(); number++) {
                    insert.setString(1, importId + "-" + number);
                    insert.setString(2, importId);
                    insert.setInt(3, parts.size());
                    insert.setString(4, parts.get(number - 1));
                    insert.setString(5, number % 2 == 0 ? dataCentre : "");
                    insert.setString(6, currentRequest());
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
    }

    /**
     * Imports the contacts of a job, and reports that it is done in the same transaction: either both are committed, or neither.
     *
     * @return empty if the job is done already, or there is none
     */
    Optional<JobResult> importJob(String jobId, String importer) throws SQLException {
        return inTransaction(connection -> {
            Optional<Job> job = lockJob(connection, jobId);
            if (job.isEmpty()) {
                return Optional.empty();
            }
            List<Contact> contacts = ContactsCsv.splitRecords(job.get().csv()).stream()
                    .map(record -> Contact.of(ContactsCsv.splitFields(record)))
                    .toList();
            List<Contact> valid = contacts.stream().filter(Contact::isValid).toList();
            upsertContacts(connection, job.get().importId(), valid);
            JobResult result = new JobResult(valid.size(), contacts.size() - valid.size());
            reportJob(connection, jobId, importer, result);
            return Optional.of(result);
        });
    }

    private static Optional<Job> lockJob(Connection connection, String jobId) throws SQLException {
        String sql = "SELECT import_id, csv FROM contacts.jobs WHERE id = ? AND done_at IS NULL FOR UPDATE";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, jobId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new Job(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    private static void upsertContacts(Connection connection, String importId, List<Contact> contacts)
            throws SQLException {
        String sql = "INSERT INTO contacts.contacts (email, name, import_id, request_id) VALUES (?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE name = VALUES(name), import_id = VALUES(import_id),"
                + " request_id = VALUES(request_id)";
        try (PreparedStatement upsert = connection.prepareStatement(sql)) {
            for (Contact contact : contacts) {
                upsert.setString(1, contact.email());
                upsert.setString(2, contact.name());
                upsert.setString(3, importId);
                upsert.setString(4, currentRequest());
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private static void reportJob(Connection connection, String jobId, String importer, JobResult result)
            throws SQLException {
        String sql = "UPDATE contacts.jobs SET done_at = UTC_TIMESTAMP(6), importer = ?, imported = ?, refused = ?,"
                + " reports = reports + 1 WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, importer);
            update.setInt(2, result.imported());
            update.setInt(3, result.refused());
            update.setString(4, jobId);
            update.executeUpdate();
        }
    }

    /** Reports once more that a job is done, as a service does whose first report was not acknowledged. */
    void reportAgain(String jobId) throws SQLException {
        String sql = "UPDATE contacts.jobs SET reports = reports + 1 WHERE id = ? AND done_at IS NOT NULL";
        inTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setString(1, jobId);
                return update.executeUpdate();
            }
        });
    }

    /** How far an import is; empty if there is none. */
    Optional<ImportState> findState(String importId) throws SQLException {
        String sql = "SELECT i.request_id, i.contacts, COALESCE(p.jobs, 0), COALESCE(p.finished, 0),"
                + " COALESCE(p.imported, 0), COALESCE(p.refused, 0), p.completed_at IS NOT NULL"
                + " FROM contacts.imports i LEFT JOIN views.import_progress p ON p.import_id = i.id WHERE i.id = ?";
        return inTransaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, importId);
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(new ImportState(
                                    row.getString(1),
                                    row.getInt(2),
                                    row.getInt(3),
                                    row.getLong(4),
                                    row.getLong(5),
                                    row.getLong(6),
                                    row.getBoolean(7)))
                            : Optional.empty();
                }
            }
        });
    }

    /** How many rows of an import each table has, and how many of them have a request's id, as {@code "100 of 100"}. */
    Map<String, String> countRows(String importId, String requestId) throws SQLException {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("contacts.imports", "id");
        tables.put("contacts.jobs", "import_id");
        tables.put("contacts.contacts", "import_id");
        tables.put("views.import_progress", "import_id");
        tables.put("views.import_outbox", "import_id");
        return inTransaction(connection -> {
            Map<String, String> counts = new LinkedHashMap<>();
            for (Map.Entry<String, String> table : tables.entrySet()) {
                String sql = "SELECT CONCAT(COUNT(IF(request_id = ?, 1, NULL)), ' of ', COUNT(*)) FROM "
                        + table.getKey() + " WHERE " + table.getValue() + " = ?";
                findText(connection, sql, requestId, importId).ifPresent(count -> counts.put(table.getKey(), count));
            }
            return counts;
        });
    }

    private static String currentRequest() {
        return RequestContext.current().requestId().orElse("");
    }

    private static Optional<String> findText(Connection connection, String sql, String... parameters)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            // The pool rolls back what is not committed when the connection is closed.
            T result = work.run(connection);
            connection.commit();
            return result;
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
