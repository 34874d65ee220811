package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.expressions.Condition;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which records delete.
 *
 * @param when the records with a value that delete; empty for none
 * @param tombstones what a record without a value does
 * @param onUnmatched whether a record deletes if the projection's condition does not hold for it
 */
public record Deletions(Optional<Condition> when, Tombstones tombstones, boolean onUnmatched) {
    /** Nothing deletes. */
    public static final Deletions NONE = new Deletions(Optional.empty(), Tombstones.IGNORE, false);

    /** The effect of a record without a value. */
    public enum Tombstones {
        /** Deletes. */
        DELETE,
        /** Nothing. */
        IGNORE,
        /** Is refused. */
        FAIL
    }

    public static Deletions of(ProjectionSettings settings) {
        return new Deletions(
                settings.find(CommonOptions.DELETE_WHEN),
                settings.get(CommonOptions.ON_TOMBSTONE),
                settings.get(CommonOptions.ON_UNMATCHED) == CommonOptions.Unmatched.DELETE);
    }

    /** Whether any record deletes. */
    public boolean isPossible() {
        return when.isPresent() || onUnmatched || tombstones == Tombstones.DELETE;
    }

    /** Adds a problem if records without a condition are to be unmatched. */
    public void checkUnmatched(ProjectionBasics basics, Consumer<Problem> problems) {
        if (onUnmatched && basics.when().isEmpty()) {
            problems.accept(new Problem(basics.nameOf(CommonOptions.ON_UNMATCHED), "only with a condition in when"));
        }
    }
}
