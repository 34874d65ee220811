package io.millrace.connectors.projection.kind.explode;

import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.requirement.TableNeeds;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.requirement.ViewSharing;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A projection of the kind {@code explode}. The key of its basics is the group's.
 *
 * @param columns the columns without those of the keys
 * @param elements the array
 * @param elementKey the rest of the row's key
 */
record ExplodeDefinition(
        ProjectionBasics basics, List<Field> columns, Expression elements, List<Field> elementKey, Deletions deletions)
        implements ProjectionDefinition {
    @Override
    public ViewSharing sharing() {
        return ViewSharing.BY_ROW;
    }

    @Override
    public ViewNeeds viewNeeds() {
        return new ViewNeeds(
                List.of(
                        ColumnList.of(basics.nameOf(CommonOptions.KEY), basics.key()),
                        ColumnList.of(basics.nameOf(ExplodeOptions.ELEMENT_KEY), elementKey)),
                basics.key().size(),
                List.of(ColumnList.of(basics.nameOf(ExplodeOptions.COLUMNS), columns)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                basics.acceptsCollation());
    }

    @Override
    public List<OwnTable> ownTables() {
        return List.of();
    }

    @Override
    public void checkDefinition(Consumer<Problem> problems) {
        viewNeeds().requireDistinct(problems);
        deletions.checkUnmatched(basics, problems);
    }

    @Override
    public void checkRedelivery(String guarantee, Consumer<Problem> problems) {
        problems.accept(basics.withoutRevisions(guarantee));
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
        return new ExplodeDefinition(basics.ofTopic(topic), columns, elements, elementKey, deletions);
    }

    @Override
    public ProjectionDefinition writeTo(UnaryOperator<TableName> target) {
        return new ExplodeDefinition(basics.writeTo(target), columns, elements, elementKey, deletions);
    }

    @Override
    public void checkView(TableCheck check, boolean hasAllColumns) {
        // The columns are all that it needs.
    }

    @Override
    public void checkTablesToCome(TableNeeds view, TablePlan tables) {
        // Has none of its own.
    }

    @Override
    public Optional<Projection> bindTo(View view, TableDescription description, TablePlan tables) {
        return Optional.of(new ExplodeProjection(this, view));
    }
}
