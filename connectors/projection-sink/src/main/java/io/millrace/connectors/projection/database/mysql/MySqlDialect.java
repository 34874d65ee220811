package io.millrace.connectors.projection.database.mysql;

import com.mysql.cj.jdbc.NonRegisteringDriver;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;

/** MySQL 8.0.19 or newer. */
public final class MySqlDialect implements Dialect {
    /**
     * Strict, so that nothing is cut or replaced silently; READ COMMITTED, because it locks few gaps and tasks write in
     * parallel; UTC, so that a time is the same in every column.
     */
    private static final String SESSION = "sql_mode='STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,"
            + "ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE',"
            + "transaction_isolation='READ-COMMITTED',"
            + "wait_timeout=" + ConnectionSettings.IDLE_SECONDS
            + ",net_read_timeout=" + ConnectionSettings.IDLE_SECONDS
            + ",innodb_lock_wait_timeout=" + ConnectionSettings.LOCK_WAIT_SECONDS
            + ",lock_wait_timeout=" + ConnectionSettings.LOCK_WAIT_SECONDS;

    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("sessionVariables", SESSION),
            Map.entry("connectionTimeZone", "UTC"),
            Map.entry("forceConnectionTimeZoneToSession", "true"),
            Map.entry("characterEncoding", "UTF-8"),
            Map.entry("jdbcCompliantTruncation", "true"),
            Map.entry("useServerPrepStmts", "false"),
            Map.entry("rewriteBatchedStatements", "false"),
            Map.entry("allowMultiQueries", "false"),
            Map.entry("autoReconnect", "false"),
            Map.entry("useAffectedRows", "false"),
            Map.entry("sendFractionalSeconds", "true"));

    /** Other parameters that would change the effect of those. */
    private static final Set<String> REFUSED = Set.of(
            "serverTimezone", "noDatetimeStringSync", "continueBatchOnError", "propertiesTransform", "useConfigs");

    private static final Set<String> TLS_MODES = Set.of("REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY");

    private static final int MAX_NAME = 64;

    private static final DriverProperties PROPERTIES = new DriverProperties(FIXED, REFUSED);
    private static final SqlErrors ERRORS = new MySqlErrors();

    @Override
    public String urlPrefix() {
        return "jdbc:mysql:";
    }

    @Override
    public boolean permits(String parameter, String value) {
        return PROPERTIES.permits(parameter, value);
    }

    @Override
    public int defaultPort() {
        return 3306;
    }

    /** The driver ignores the case of both. */
    @Override
    public boolean requiresTls(String parameter, String value) {
        return parameter.equalsIgnoreCase("sslMode") && TLS_MODES.contains(value.toUpperCase(Locale.ROOT));
    }

    @Override
    public Connection open(ConnectionSettings settings) throws SQLException {
        return PROPERTIES.open(
                new NonRegisteringDriver(),
                settings,
                Map.of(
                        "connectTimeout", Integer.toString(ConnectionSettings.CONNECT_SECONDS * 1000),
                        "socketTimeout", Integer.toString(ConnectionSettings.SOCKET_SECONDS * 1000),
                        "tcpKeepAlive", "true"),
                Map.of(
                        "trustCertificateKeyStorePassword", settings.truststorePassword(),
                        "clientCertificateKeyStorePassword", settings.keystorePassword()));
    }

    @Override
    public boolean takesTruststorePassword() {
        return true;
    }

    @Override
    public SqlErrors errors() {
        return ERRORS;
    }

    @Override
    public String quote(String identifier) {
        return MySqlSql.quote(identifier);
    }

    @Override
    public Optional<String> findLongName(TableName name) {
        return Dialect.findLongName(name, MAX_NAME, "characters", String::length);
    }

    @Override
    public String exactCollation() {
        return "utf8mb4_0900_bin";
    }

    @Override
    public Optional<String> columnType(Schema schema, int keyColumns) {
        return MySqlTypes.of(schema, keyColumns);
    }

    @Override
    public String tableOptions() {
        return " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4";
    }

    @Override
    public Optional<TableDescription> describe(Connection connection, TableName name) throws SQLException {
        return new MySqlTables(connection).read(name);
    }

    @Override
    public TableIdentity identify(Connection connection, TableName name) throws SQLException {
        return new MySqlTables(connection).identify(name);
    }

    @Override
    public void awaitNextGeneration(Connection connection, TableName table) throws SQLException {
        new MySqlTables(connection).awaitNextGeneration(table);
    }

    @Override
    public void createLike(Connection connection, TableName table, TableName copy) throws SQLException {
        DdlStatements.executeAll(
                connection, List.of("CREATE TABLE IF NOT EXISTS " + quote(copy) + " LIKE " + quote(table)));
    }

    @Override
    public List<String> obstacles(Connection connection, TableName table) throws SQLException {
        return new MySqlTables(connection).findObstacles(table);
    }

    @Override
    public void replace(
            Connection connection,
            List<TableName> tables,
            List<TableName> present,
            UnaryOperator<TableName> shadow,
            UnaryOperator<TableName> aside)
            throws SQLException {
        List<String> renames = new ArrayList<>();
        for (TableName table : tables) {
            if (present.contains(table)) {
                renames.add(quote(table) + " TO " + quote(aside.apply(table)));
            }
            renames.add(quote(shadow.apply(table)) + " TO " + quote(table));
        }
        List<String> statements = new ArrayList<>();
        for (TableName table : present) {
            statements.add("DROP TABLE IF EXISTS " + quote(aside.apply(table)));
        }
        statements.add("RENAME TABLE " + String.join(", ", renames));
        DdlStatements.executeAll(connection, statements);
    }

    @Override
    public String exactText() {
        return "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE " + exactCollation();
    }

    @Override
    public Optional<IndexObstacle> findIndexObstacle(List<IndexColumn> columns) {
        return MySqlTypes.findIndexObstacle(
                        columns.stream().map(IndexColumn::type).toList())
                .map(reason -> new IndexObstacle(
                        reason,
                        "KEY (" + columns.stream().map(IndexColumn::name).collect(Collectors.joining(", "))
                                + "(100))"));
    }

    @Override
    public List<String> createTable(
            TableName table, List<String> columns, List<String> key, List<List<String>> indexes) {
        List<String> parts = new ArrayList<>(columns);
        parts.add("PRIMARY KEY (" + String.join(", ", key) + ")");
        indexes.forEach(index -> parts.add("KEY (" + String.join(", ", index) + ")"));
        return List.of("CREATE TABLE " + quote(table) + " (" + String.join(", ", parts) + ") ENGINE = InnoDB");
    }

    @Override
    public ViewStatements statements(Database database) {
        return new MySqlStatements(database);
    }

    @Override
    public LedgerStatements ledger(TableName table) {
        String name = quote(table);
        return new LedgerStatements(
                """
                CREATE TABLE IF NOT EXISTS %s (
                  connector    VARCHAR(255) NOT NULL,
                  topic        VARCHAR(249) NOT NULL,
                  partition_id INT          NOT NULL,
                  next_offset  BIGINT       NOT NULL,
                  epoch        BIGINT       NOT NULL,
                  successor    VARCHAR(255),
                  updated_at   TIMESTAMP(6) NOT NULL
                               DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
                  cluster_id   VARCHAR(255),
                  topic_id     VARCHAR(255),
                  format       SMALLINT     NOT NULL,
                  PRIMARY KEY (connector, topic, partition_id)
                ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
                """.formatted(name),
                List.of("ALTER TABLE " + name + " ADD COLUMN cluster_id VARCHAR(255), ADD COLUMN topic_id VARCHAR(255),"
                        + " ADD COLUMN format SMALLINT NOT NULL"),
                "INSERT INTO " + name + " (connector, topic, partition_id, next_offset, epoch, format)"
                        + " VALUES (?, ?, ?, 0, 1, " + LedgerStatements.FORMAT
                        + ") ON DUPLICATE KEY UPDATE epoch = epoch + 1",
                "INSERT INTO " + name + " (next_offset, connector, topic, partition_id, epoch, format)"
                        + " VALUES (?, ?, ?, ?, 1, " + LedgerStatements.FORMAT + ") AS incoming"
                        + " ON DUPLICATE KEY UPDATE epoch = " + name
                        + ".epoch + 1, next_offset = incoming.next_offset, cluster_id = NULL, topic_id = NULL");
    }
}
