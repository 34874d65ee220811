package io.millrace.connectors.projection.kind;

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
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A projection as the configuration defines it, every expression compiled. Immutable. */
// Not sealed: outside of a named module, a sealed interface and its implementations must be in one package.
public interface ProjectionDefinition {
    ProjectionBasics basics();

    /** Which other projections may write the same view. */
    ViewSharing sharing();

    /** The columns of the view. */
    ViewNeeds viewNeeds();

    /** Additional tables with the state of this projection, which are rebuilt with the view. */
    List<OwnTable> ownTables();

    /** Adds what is wrong with the definition although each option is valid by itself. */
    void checkDefinition(Consumer<Problem> problems);

    /**
     * Adds why a record that is delivered again could overwrite newer rows if no ledger keeps it out.
     *
     * @param guarantee the setting that requires this check, for the message
     */
    void checkRedelivery(String guarantee, Consumer<Problem> problems);

    /** The columns of the view that add up what records contribute; empty if there are none. */
    List<String> countedColumns();

    /** Why the view cannot be rebuilt by a replay; empty if it can. */
    Optional<String> findRebuildObstacle();

    /** The same projection, of the records of one topic. */
    ProjectionDefinition ofTopic(String topic);

    /** The same projection, writing other tables in the place of the view and its own tables. */
    ProjectionDefinition writeTo(UnaryOperator<TableName> target);

    /**
     * Checks the view further than the columns that {@link #viewNeeds} lists.
     *
     * @param hasAllColumns whether these can be written
     */
    void checkView(TableCheck check, boolean hasAllColumns);

    /** Adds why its own tables could not be created, before the view that they are made for is. */
    void checkTablesToCome(TableNeeds view, TablePlan tables) throws SQLException;

    /**
     * Checks or plans its own tables.
     *
     * @param description the table of the view
     * @return the projection into these tables; empty if a table is missing or unfit, which the plan then contains
     */
    Optional<Projection> bindTo(View view, TableDescription description, TablePlan tables) throws SQLException;
}
