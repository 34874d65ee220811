package io.millrace.connectors.projection.kind.upsert;

import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.ColumnNeed;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.requirement.TableNeeds;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.requirement.ViewSharing;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.Revision;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Field;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;

/**
 * A projection of the kind {@code upsert}.
 *
 * @param columns the columns without those of the key
 * @param revision the column that orders the states of a row
 * @param mark the column that is set instead of deleting the row
 * @param truncations the table that keeps the revision up to which the view was emptied
 */
record UpsertDefinition(
        ProjectionBasics basics,
        List<Field> columns,
        Deletions deletions,
        Optional<String> revision,
        Optional<String> mark,
        TableName truncations)
        implements ProjectionDefinition {
    @Override
    public ViewSharing sharing() {
        return ViewSharing.BY_ROW;
    }

    @Override
    public ViewNeeds viewNeeds() {
        ColumnList values = ColumnList.of(basics.nameOf(CommonOptions.COLUMNS), columns);
        ColumnList marks = new ColumnList(
                basics.nameOf(UpsertOptions.DELETED_COLUMN),
                mark.stream()
                        .map(name -> new ColumnNeed(name, Optional.of(Schema.BOOLEAN_SCHEMA)))
                        .toList());
        return new ViewNeeds(
                List.of(ColumnList.of(basics.nameOf(CommonOptions.KEY), basics.key())),
                0,
                List.of(values, marks),
                List.of(),
                revision,
                mark,
                basics.acceptsCollation());
    }

    @Override
    public List<OwnTable> ownTables() {
        return keepsTruncations()
                ? List.of(new OwnTable(basics.nameOf(UpsertOptions.TRUNCATIONS_TABLE), truncations))
                : List.of();
    }

    /** Without a revision the view's rows come from one partition, and no earlier event arrives later. */
    private boolean keepsTruncations() {
        return basics.truncateWhen().isPresent() && revision.isPresent();
    }

    @Override
    public void checkDefinition(Consumer<Problem> problems) {
        viewNeeds().requireDistinct(problems);
        List<String> names = columns.stream().map(Field::name).toList();
        revision.filter(column -> !names.contains(column))
                .ifPresent(column -> problems.accept(new Problem(
                        basics.nameOf(CommonOptions.REVISION),
                        "expected one of " + basics.nameOf(CommonOptions.COLUMNS) + ": " + names)));
        deletions.checkUnmatched(basics, problems);
    }

    @Override
    public void checkRedelivery(String guarantee, Consumer<Problem> problems) {
        if (basics.truncateWhen().isPresent()) {
            problems.accept(new Problem(
                    basics.nameOf(CommonOptions.TRUNCATE_WHEN),
                    "not with " + guarantee + ": the ledger shows that the connector alone writes the view"));
        }
        if (revision.isEmpty()) {
            problems.accept(new Problem(
                    basics.nameOf(CommonOptions.REVISION),
                    "needed with " + guarantee + ", so that a redelivered record does not overwrite a newer one"));
        } else if (deletions.isPossible() && mark.isEmpty()) {
            problems.accept(new Problem(
                    basics.nameOf(CommonOptions.ON_DELETE),
                    "expected mark with " + guarantee
                            + ", because a deleted row has no revision, and an older redelivered record would restore it; or no deletes: no delete.when,"
                            + " on.unmatched=ignore, and on.tombstone=ignore or fail"));
        }
    }

    @Override
    public List<String> countedColumns() {
        return List.of();
    }

    @Override
    public Optional<String> findRebuildObstacle() {
        return Optional.empty();
    }

    @Override
    public ProjectionDefinition ofTopic(String topic) {
        return new UpsertDefinition(basics.ofTopic(topic), columns, deletions, revision, mark, truncations);
    }

    @Override
    public ProjectionDefinition writeTo(UnaryOperator<TableName> target) {
        return new UpsertDefinition(
                basics.writeTo(target), columns, deletions, revision, mark, target.apply(truncations));
    }

    @Override
    public void checkView(TableCheck check, boolean hasAllColumns) {
        String option = basics.nameOf(UpsertOptions.DELETED_COLUMN);
        requireKind(check, basics.nameOf(CommonOptions.REVISION), revision, Revision::isPossible, "a revision");
        requireKind(check, option, mark, DeletedMark::isPossible, "a mark of deletion");
        if (hasAllColumns && mark.isPresent()) {
            checkMarkedRows(check);
        }
    }

    private static void requireKind(
            TableCheck check, String option, Optional<String> name, Predicate<ColumnKind> kinds, String purpose) {
        name.flatMap(check.table()::column)
                .filter(column -> !kinds.test(column.kind()))
                .ifPresent(column -> check.add(
                        option,
                        "the column " + column.name() + " of type " + column.typeName() + " cannot be " + purpose));
    }

    /** A row that does not exist yet is marked with its key, revision and mark alone. */
    private void checkMarkedRows(TableCheck check) {
        Set<String> marked = new HashSet<>();
        basics.key().forEach(field -> marked.add(check.table().canonical(field.name())));
        revision.map(check.table()::canonical).ifPresent(marked::add);
        mark.map(check.table()::canonical).ifPresent(marked::add);
        for (Column column : check.table().columns()) {
            if (column.required() && !marked.contains(column.name())) {
                check.add(
                        basics.nameOf(CommonOptions.ON_DELETE),
                        "the column " + column.name()
                                + " is NOT NULL without a default, so a delete of a row that does not exist yet could not be marked");
            }
        }
    }

    @Override
    public void checkTablesToCome(TableNeeds view, TablePlan tables) {
        // Has none of its own.
    }

    @Override
    public Optional<Projection> bindTo(View view, TableDescription description, TablePlan tables) throws SQLException {
        if (!keepsTruncations()) {
            return Optional.of(new UpsertProjection(this, view));
        }
        return new TruncationsTable(basics, truncations, view.columns().get(view.revision()))
                .bind(tables)
                .map(table -> new UpsertProjection(this, view.withTruncations(table)));
    }
}
