package io.millrace.connectors.projection.kind.append;

import io.millrace.connectors.projection.kind.CommonOptions;
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
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A projection of the kind {@code append}.
 *
 * @param columns the columns without those of the key
 */
record AppendDefinition(ProjectionBasics basics, List<Field> columns) implements ProjectionDefinition {
    @Override
    public ViewSharing sharing() {
        return ViewSharing.SAME_KIND;
    }

    @Override
    public ViewNeeds viewNeeds() {
        return new ViewNeeds(
                List.of(ColumnList.of(basics.nameOf(CommonOptions.KEY), basics.key())),
                0,
                List.of(ColumnList.of(basics.nameOf(CommonOptions.COLUMNS), columns)),
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
        return new AppendDefinition(basics.ofTopic(topic), columns);
    }

    @Override
    public ProjectionDefinition writeTo(UnaryOperator<TableName> target) {
        return new AppendDefinition(basics.writeTo(target), columns);
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
        return Optional.of(new AppendProjection(this, view));
    }
}
