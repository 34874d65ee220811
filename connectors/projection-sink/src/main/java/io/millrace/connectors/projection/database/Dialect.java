package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;

/**
 * The differences between databases of views. A dialect is found by {@link java.util.ServiceLoader}: a class with a
 * constructor without parameters, named in {@code META-INF/services}. Without state; safe for use by many threads.
 */
public interface Dialect {
    /** How its JDBC URLs begin, e.g. {@code jdbc:mysql:}. */
    String urlPrefix();

    /**
     * Whether a URL may have this parameter: not one that holds a secret, and none of those that the sink sets itself,
     * unless it sets the same.
     */
    boolean permits(String parameter, String value);

    /** The port of a server whose URL names none. */
    int defaultPort();

    /** Whether this parameter of a URL makes the driver refuse a connection without TLS. */
    boolean requiresTls(String parameter, String value);

    /** Opens a connection without auto-commit, with the session settings that the sink's guarantees require. */
    Connection open(ConnectionSettings settings) throws SQLException;

    /** The classification of the errors of driver and server. */
    SqlErrors errors();

    /** Whether the driver can be given the password of a file with the certificates that the server is trusted by. */
    boolean takesTruststorePassword();

    /** An identifier, so that whatever it holds is only a name. */
    String quote(String identifier);

    /** A table's name, quoted. */
    default String quote(TableName name) {
        return name.database() == null ? quote(name.table()) : quote(name.database()) + "." + quote(name.table());
    }

    /** The SQL name of a collation that distinguishes all texts. */
    String exactCollation();

    /**
     * The type of a column for values of this schema; empty if there is none that is surely right.
     *
     * @param keyColumns of how many columns the key is that the column is part of; 0 if it is of none
     */
    Optional<String> columnType(Schema schema, int keyColumns);

    /** The clause behind the columns of a new table. */
    String tableOptions();

    /** The definition of a table; empty if it does not exist, or is not visible to the user. */
    Optional<TableDescription> describe(Connection connection, TableName name) throws SQLException;

    /** The full name of a table, and which of the tables that had the name it is. */
    TableIdentity identify(Connection connection, TableName name) throws SQLException;

    /** The part of a table's name that is too long, with the limit, for a message; empty if none is. */
    Optional<String> findLongName(TableName name);

    /** Whether a table of this name exists and is visible to the user. */
    default boolean exists(Connection connection, TableName table) throws SQLException {
        return describe(connection, table).isPresent();
    }

    /**
     * As {@link #findLongName(TableName)}.
     *
     * @param limit how long an identifier may be
     * @param length the length of an identifier, in the unit of the limit
     */
    static Optional<String> findLongName(TableName name, int limit, String unit, ToIntFunction<String> length) {
        return Stream.of(Optional.ofNullable(name.database()), Optional.of(name.table()))
                .flatMap(Optional::stream)
                .filter(part -> length.applyAsInt(part) > limit)
                .findFirst()
                .map(part -> part + " has " + length.applyAsInt(part) + " " + unit + ", expected at most " + limit);
    }

    /** Whether a table has no rows. */
    default boolean isEmpty(Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM " + quote(table) + " LIMIT 1")) {
            return !row.next();
        }
    }

    /**
     * Waits until a table that is created now has another {@linkplain TableIdentity#generation generation} than this one:
     * at most about a second.
     */
    default void awaitNextGeneration(Connection connection, TableName table) throws SQLException {}

    /** Creates an empty table like another, with its keys, defaults and privileges, unless it exists. */
    void createLike(Connection connection, TableName table, TableName copy) throws SQLException;

    /**
     * Why another table cannot take the name of this one, for a message: what belongs to it and would stay with it, such as
     * a trigger, and privileges that can be seen to be missing.
     */
    List<String> obstacles(Connection connection, TableName table) throws SQLException;

    /** Drops a table, if it exists. */
    default void drop(Connection connection, TableName table) throws SQLException {
        DdlStatements.executeAll(connection, List.of("DROP TABLE IF EXISTS " + quote(table)));
    }

    /**
     * Gives tables the names of others, all at once or none. May commit; waits for transactions that use the tables, within
     * a bound. A table that had the name of one that is put aside is dropped.
     *
     * @param tables the names that the shadows get
     * @param present which of them are there now
     * @param shadow the name of the table that gets a name
     * @param aside the name that a table is put aside under
     */
    void replace(
            Connection connection,
            List<TableName> tables,
            List<TableName> present,
            UnaryOperator<TableName> shadow,
            UnaryOperator<TableName> aside)
            throws SQLException;

    /** A type for texts of up to 255 characters that distinguishes all of them and can be part of a key. */
    String exactText();

    /**
     * A column that an index should have.
     *
     * @param type as {@link #createTable} takes it
     */
    record IndexColumn(String name, String type) {}

    /**
     * Why an index is not possible.
     *
     * @param reason for a message
     * @param remedy an index of a prefix that is possible, as SQL
     */
    record IndexObstacle(String reason, String remedy) {}

    /** The reason why these columns cannot be indexed; empty if they can, or if that depends on the values. */
    Optional<IndexObstacle> findIndexObstacle(List<IndexColumn> columns);

    /**
     * The statements that create a table; all names are quoted.
     *
     * @param columns the columns with their types
     * @param key the primary key
     * @param indexes the columns of each further index
     */
    List<String> createTable(TableName table, List<String> columns, List<String> key, List<List<String>> indexes);

    /** The statements that write views through the current connection of this database. */
    ViewStatements statements(Database database);

    /** The statements of the ledger in this table. */
    LedgerStatements ledger(TableName table);
}
