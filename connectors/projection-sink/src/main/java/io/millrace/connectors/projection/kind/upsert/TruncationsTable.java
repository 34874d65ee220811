package io.millrace.connectors.projection.kind.upsert;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table that keeps the revision up to which a view was emptied, in one row: finds, checks and plans it. */
final class TruncationsTable {
    private static final String ID = "id";
    private static final String REVISION = "revision";

    private final ProjectionBasics basics;
    private final TableName name;
    private final Column revision;

    /**
     * The table of a view.
     *
     * @param revision the view's column
     */
    TruncationsTable(ProjectionBasics basics, TableName name, Column revision) {
        this.basics = basics;
        this.name = name;
        this.revision = revision;
    }

    /** The table as {@link View#withTruncations} takes it; empty if it is missing or unfit, which the plan then contains. */
    Optional<View> bind(TablePlan tables) throws SQLException {
        Optional<TableDescription> found = tables.describe(name);
        if (found.isEmpty()) {
            tables.addStatements(createTable(tables.dialect()));
            return Optional.empty();
        }
        int problems = tables.problems().size();
        check(found.get(), tables.problems());
        if (tables.problems().size() > problems) {
            return Optional.empty();
        }
        List<Column> columns = List.of(
                found.get().column(ID).orElseThrow(),
                found.get().column(REVISION).orElseThrow());
        return Optional.of(new View(name, List.of(basics.name()), columns, 1, 0, 1));
    }

    private List<String> createTable(Dialect dialect) {
        return dialect.createTable(
                name,
                List.of(
                        dialect.quote(ID) + " SMALLINT NOT NULL",
                        dialect.quote(REVISION) + " " + revision.declaration() + " NULL"),
                List.of(dialect.quote(ID)),
                List.of());
    }

    private void check(TableDescription table, List<Problem> problems) {
        String option = basics.nameOf(UpsertOptions.TRUNCATIONS_TABLE);
        TableCheck check = new TableCheck(name, table, problems);
        check.requireFit(option);
        if (check.findWritable(option, ID).isEmpty()
                || check.findWritable(option, REVISION).isEmpty()) {
            return;
        }
        Column there = table.column(REVISION).orElseThrow();
        if (there.kind() != revision.kind() || there.size() != revision.size() || !there.nullable()) {
            check.add(
                    option,
                    "expected " + revision.declaration() + ", as the view has it, and nullable for the column "
                            + REVISION + ", found " + there.declaration() + (there.nullable() ? "" : " NOT NULL"));
        }
        Set<String> written = ColumnList.canonicalNames(table, List.of(ID, REVISION));
        check.requireKey(option, ColumnList.canonicalNames(table, List.of(ID)), written);
        check.requireValues(option, written);
    }
}
