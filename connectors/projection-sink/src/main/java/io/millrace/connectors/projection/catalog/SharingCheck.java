package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.requirement.ViewSharing;
import io.millrace.connectors.projection.table.TableDescription;
import java.util.List;
import java.util.Optional;

/** Checks whether a projection may write a table together with another one. */
final class SharingCheck {
    private final TableDescription table;
    private final ProjectionDefinition definition;

    SharingCheck(TableDescription table, ProjectionDefinition definition) {
        this.table = table;
        this.definition = definition;
    }

    /** The differences between the two in settings that projections of one view must share. */
    Optional<Problem> findDisagreement(ProjectionDefinition other) {
        ProjectionBasics basics = definition.basics();
        ViewNeeds mine = definition.viewNeeds();
        ViewNeeds theirs = other.viewNeeds();
        String prefix = "the projection " + other.basics().name() + " writes the same table ";
        boolean sameGroup = mine.groupSize() == 0
                || theirs.groupSize() == 0
                || haveSameNames(mine.groupNames(), theirs.groupNames());
        if (!sameGroup || !haveSameNames(mine.keyNames(), theirs.keyNames())) {
            return Optional.of(new Problem(basics.nameOf(CommonOptions.KEY), prefix + "with another key"));
        }
        if (!theirs.revision().equals(mine.revision())) {
            return Optional.of(new Problem(
                    basics.nameOf(CommonOptions.REVISION),
                    prefix + (theirs.revision().isEmpty() ? "without a revision" : "with another revision")));
        }
        if (!theirs.mark().equals(mine.mark())) {
            return Optional.of(
                    new Problem(basics.nameOf(CommonOptions.ON_DELETE), prefix + "and deletes in a different way"));
        }
        return Optional.empty();
    }

    private boolean haveSameNames(List<String> some, List<String> others) {
        return ColumnList.canonicalNames(table, some).equals(ColumnList.canonicalNames(table, others));
    }

    /** The reason why the kinds of the two cannot share a view. */
    Optional<Problem> findRefusal(ProjectionDefinition other) {
        boolean sameKind = other.basics().kind().equals(definition.basics().kind());
        String reason = null;
        for (ProjectionDefinition one : List.of(other, definition)) {
            String kind = "a table of kind " + one.basics().kind() + " is for ";
            if (one.basics().truncateWhen().isPresent()) {
                reason = "a table that may be emptied by " + one.basics().nameOf(CommonOptions.TRUNCATE_WHEN)
                        + " is for one projection alone";
                break;
            }
            if (one.sharing() == ViewSharing.ALONE) {
                reason = kind + "one projection alone";
                break;
            }
            if (one.sharing() == ViewSharing.SAME_KIND && !sameKind) {
                reason = kind + "projections of this kind alone";
            }
        }
        return reason == null
                ? Optional.empty()
                : Optional.of(new Problem(
                        definition.basics().nameOf(CommonOptions.TABLE),
                        "the projection " + other.basics().name() + " writes the same table; " + reason));
    }
}
