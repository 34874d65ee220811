package io.millrace.connectors.projection.requirement;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads tables, and collects their problems and the statements that would create missing tables and columns. Changes
 * nothing itself. For one thread.
 */
public final class TablePlan {
    private final Database database;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();

    public TablePlan(Database database) {
        this.database = database;
    }

    public Dialect dialect() {
        return database.dialect();
    }

    /** The description of a table; empty if it does not exist or the user may not see it. */
    public Optional<TableDescription> describe(TableName table) throws SQLException {
        return database.dialect().describe(database.connection(), table);
    }

    /** The full name of a table, the same for all names that it has. */
    public TableName resolve(TableName table) throws SQLException {
        return database.dialect().identify(database.connection(), table).name();
    }

    public void addProblem(Problem problem) {
        problems.add(problem);
    }

    public void addStatements(List<String> ddl) {
        statements.addAll(ddl);
    }

    /** What is wrong; grows as more is planned. */
    public List<Problem> problems() {
        return problems;
    }

    /** The statements that create or extend tables, in their order. */
    public List<String> statements() {
        return statements;
    }
}
