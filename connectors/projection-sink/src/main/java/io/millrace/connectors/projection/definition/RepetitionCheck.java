package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Tombstones;
import java.util.function.Consumer;

/**
 * Whether a projection's rows alone keep a record that comes again from doing harm: where no ledger says what is written
 * already, each row has to have a revision, one that was deleted too.
 */
public final class RepetitionCheck {
    private RepetitionCheck() {}

    /**
     * Says what keeps the projection from that.
     *
     * @param guarantee the setting that asks for it
     */
    public static void check(ProjectionDefinition projection, String guarantee, Consumer<Problem> problems) {
        if (projection.kind() != Kind.UPSERT) {
            problems.accept(new Problem(
                    projection.option(ProjectionOptions.KIND),
                    guarantee + " is for upsert alone, whose rows have a revision that keeps a record that comes again"
                            + " from overwriting a newer one"));
        } else if (projection.revision().isEmpty()) {
            problems.accept(new Problem(
                    projection.option(ProjectionOptions.REVISION),
                    "needed with " + guarantee + ", so that a record that comes again does not overwrite a newer one"));
        } else if (deletes(projection) && projection.deletes().mark().isEmpty()) {
            problems.accept(new Problem(
                    projection.option(ProjectionOptions.ON_DELETE),
                    "expected mark with " + guarantee + ", because a row that is gone has no revision, and an older"
                            + " record that comes again would bring it back; or nothing that deletes: no delete.when,"
                            + " on.unmatched=ignore, and on.tombstone=ignore or fail"));
        }
    }

    private static boolean deletes(ProjectionDefinition projection) {
        return projection.deleteWhen().isPresent()
                || projection.deletes().onUnmatched()
                || projection.deletes().tombstones() == Tombstones.DELETE;
    }
}
