package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** What differs between the databases that hold views. Without state; safe for use by many threads. */
public interface Dialect {
    /** How its JDBC URLs begin, e.g. {@code jdbc:mysql:}. */
    String urlPrefix();

    /**
     * Whether a URL may have this parameter: not one that holds a secret, and none of those that the sink sets itself,
     * unless it sets the same.
     */
    boolean permits(String parameter, String value);

    /** Opens a connection whose transactions are ended by hand, with the session that the sink's guarantees rest on. */
    Connection open(ConnectionSettings settings) throws SQLException;

    /** An identifier, so that whatever it holds is only a name. */
    String quote(String identifier);

    /** A table's name, quoted. */
    default String quote(TableName name) {
        return name.database() == null ? quote(name.table()) : quote(name.database()) + "." + quote(name.table());
    }

    /** A collation that tells all texts apart, as SQL writes its name. */
    String exactCollation();

    /**
     * The type of a column for values of this schema; empty where there is none that is surely right.
     *
     * @param keyColumns of how many columns the key is that the column is part of; 0 where it is of none
     */
    Optional<String> columnType(Schema schema, int keyColumns);

    /** What follows the columns of a new table. */
    String tableOptions();

    /** What a table looks like; empty where there is none, or none that the user may see. */
    Optional<TableDescription> describe(Connection connection, TableName name) throws SQLException;

    /** The statements that write views through the current connection of this database. */
    ViewStatements statements(Database database);

    /** The statements of the ledger in this table. */
    LedgerStatements ledger(TableName table);
}
