package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.DriverProperties;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.postgresql.Driver;

/** PostgreSQL 13 or newer. */
public final class PostgresDialect implements Dialect {
    /** Without the details of an error, which quote the row. */
    private static final Map<String, String> FIXED = Map.of(
            "autosave", "never",
            "cleanupSavepoints", "false",
            "preferQueryMode", "extended",
            "reWriteBatchedInserts", "false",
            "readOnly", "false",
            "stringtype", "varchar",
            "logServerErrorDetail", "false");

    /** Other parameters that would change the effect of those. */
    private static final Set<String> REFUSED = Set.of("options", "service");

    private static final Set<String> TLS_MODES = Set.of("require", "verify-ca", "verify-full");

    private static final int MAX_NAME = 63;

    private static final DriverProperties PROPERTIES = new DriverProperties(FIXED, REFUSED);
    private static final SqlErrors ERRORS = new PostgresErrors();

    @Override
    public String urlPrefix() {
        return "jdbc:postgresql:";
    }

    @Override
    public boolean permits(String parameter, String value) {
        return PROPERTIES.permits(parameter, value);
    }

    @Override
    public int defaultPort() {
        return 5432;
    }

    @Override
    public boolean requiresTls(String parameter, String value) {
        return parameter.equals("sslmode") && TLS_MODES.contains(value);
    }

    @Override
    public Connection open(ConnectionSettings settings) throws SQLException {
        Connection connection = PROPERTIES.open(
                new Driver(),
                settings,
                Map.of(
                        "connectTimeout", Integer.toString(ConnectionSettings.CONNECT_SECONDS),
                        "loginTimeout", Integer.toString(ConnectionSettings.CONNECT_SECONDS),
                        "socketTimeout", Integer.toString(ConnectionSettings.SOCKET_SECONDS),
                        "tcpKeepAlive", "true",
                        "ApplicationName", "millrace"),
                Map.of("sslpassword", settings.keystorePassword()));
        try {
            return PostgresSession.begin(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** It reads certificates in PEM, which have none. */
    @Override
    public boolean takesTruststorePassword() {
        return false;
    }

    @Override
    public SqlErrors errors() {
        return ERRORS;
    }

    @Override
    public String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** The server cuts longer names, so that two of them could become one. */
    @Override
    public Optional<String> findLongName(TableName name) {
        return Dialect.findLongName(name, MAX_NAME, "bytes", part -> part.getBytes(StandardCharsets.UTF_8).length);
    }

    @Override
    public String exactCollation() {
        return "\"C\"";
    }

    @Override
    public Optional<String> columnType(Schema schema, int keyColumns) {
        return PostgresTypes.of(schema, keyColumns > 0);
    }

    @Override
    public String tableOptions() {
        return "";
    }

    @Override
    public Optional<TableDescription> describe(Connection connection, TableName name) throws SQLException {
        return new PostgresTables(connection).read(quote(name));
    }

    @Override
    public TableIdentity identify(Connection connection, TableName name) throws SQLException {
        return new PostgresTables(connection).identify(name, quote(name));
    }

    @Override
    public void createLike(Connection connection, TableName table, TableName copy) throws SQLException {
        DdlStatements.executeAll(
                connection,
                List.of("CREATE TABLE IF NOT EXISTS " + quote(copy) + " (LIKE " + quote(table) + " INCLUDING ALL)"));
        DdlStatements.executeAll(connection, new PostgresTables(connection).completeCopy(quote(table), quote(copy)));
    }

    @Override
    public List<String> obstacles(Connection connection, TableName table) throws SQLException {
        return new PostgresTables(connection).findObstacles(quote(table));
    }

    @Override
    public void replace(
            Connection connection,
            List<TableName> tables,
            List<TableName> present,
            UnaryOperator<TableName> shadow,
            UnaryOperator<TableName> aside)
            throws SQLException {
        List<String> statements = new ArrayList<>();
        for (TableName table : tables) {
            if (present.contains(table)) {
                statements.add("DROP TABLE IF EXISTS " + quote(aside.apply(table)));
                statements.add(rename(table, aside.apply(table)));
            }
            statements.add(rename(shadow.apply(table), table));
        }
        DdlStatements.executeAll(connection, statements);
    }

    private String rename(TableName from, TableName to) {
        return "ALTER TABLE " + quote(from) + " RENAME TO " + quote(to.table());
    }

    @Override
    public String exactText() {
        return "varchar(255) COLLATE " + exactCollation();
    }

    /** Whether a text is too long for an index depends on the text. */
    @Override
    public Optional<IndexObstacle> findIndexObstacle(List<IndexColumn> columns) {
        return Optional.empty();
    }

    @Override
    public List<String> createTable(
            TableName table, List<String> columns, List<String> key, List<List<String>> indexes) {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + quote(table) + " (" + String.join(", ", columns) + ", PRIMARY KEY ("
                + String.join(", ", key) + "))");
        indexes.forEach(
                index -> statements.add("CREATE INDEX ON " + quote(table) + " (" + String.join(", ", index) + ")"));
        return statements;
    }

    @Override
    public ViewStatements statements(Database database) {
        return new PostgresStatements(database);
    }

    @Override
    public LedgerStatements ledger(TableName table) {
        String name = quote(table);
        String conflict = " ON CONFLICT (connector, topic, partition_id) DO UPDATE SET epoch = existing.epoch + 1,"
                + " updated_at = CURRENT_TIMESTAMP(6)";
        return new LedgerStatements(
                """
                CREATE TABLE IF NOT EXISTS %s (
                  connector    varchar(255)   NOT NULL,
                  topic        varchar(249)   NOT NULL,
                  partition_id integer        NOT NULL,
                  next_offset  bigint         NOT NULL,
                  epoch        bigint         NOT NULL,
                  successor    varchar(255),
                  updated_at   timestamptz(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
                  cluster_id   varchar(255),
                  topic_id     varchar(255),
                  format       smallint       NOT NULL,
                  PRIMARY KEY (connector, topic, partition_id)
                )
                """.formatted(name),
                List.of(
                        "ALTER TABLE " + name + " ADD COLUMN cluster_id varchar(255), ADD COLUMN topic_id varchar(255),"
                                + " ADD COLUMN format smallint NOT NULL DEFAULT 0",
                        "ALTER TABLE " + name + " ALTER COLUMN format DROP DEFAULT"),
                "INSERT INTO " + name + " AS existing (connector, topic, partition_id, next_offset, epoch, format)"
                        + " VALUES (?, ?, ?, 0, 1, " + LedgerStatements.FORMAT + ")" + conflict,
                "INSERT INTO " + name + " AS existing (next_offset, connector, topic, partition_id, epoch, format)"
                        + " VALUES (?, ?, ?, ?, 1, " + LedgerStatements.FORMAT + ")" + conflict
                        + ", next_offset = excluded.next_offset, cluster_id = NULL, topic_id = NULL");
    }
}
