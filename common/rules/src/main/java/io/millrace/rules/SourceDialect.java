package io.millrace.rules;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A kind of the source's database: how a connection is opened, and how tables and columns are queried. */
sealed interface SourceDialect permits MySqlSource, PostgresSource {
    /** Opens a connection, which the caller closes. */
    Connection connect(String host, int port, String user, String password) throws SQLException;

    /**
     * The query of a table's columns in their order. Its parameters are database (or schema) and table; its first column is the
     * column's name, the fourth and fifth are database and table.
     */
    String columnsQuery();

    /** The query of the tables that the user may read, without those of the server: database (or schema) and table. */
    String tablesQuery();

    /** The column in the present row of {@link #columnsQuery}. */
    SourceColumn readColumn(ResultSet row) throws SQLException;
}
