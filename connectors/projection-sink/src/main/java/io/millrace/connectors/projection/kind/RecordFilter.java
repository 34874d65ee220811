package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/**
 * Decides which records a projection takes, which of them delete, and which empty the view. A tombstone has no value for
 * a condition, so an option sets what it does. For one thread.
 */
public final class RecordFilter {
    /** The effect of a projection on a record. */
    public enum Verdict {
        /** Nothing. */
        IGNORE,
        /** Writes. */
        WRITE,
        /** Deletes. */
        DELETE,
        /** Empties the view. */
        TRUNCATE
    }

    private final String projection;
    private final View view;
    private final Set<String> topics;
    private final Optional<Condition> when;
    private final Optional<Condition> truncateWhen;
    private final Optional<Condition> deleteWhen;
    private final Deletions deletions;
    private final Optional<String> keyFromValue;

    public RecordFilter(ProjectionBasics basics, Deletions deletions, List<BoundField> key, View view) {
        this.projection = basics.name();
        this.view = view;
        this.topics = basics.topics();
        this.when = basics.when();
        this.truncateWhen = basics.truncateWhen();
        this.deleteWhen = deletions.when();
        this.deletions = deletions;
        this.keyFromValue = key.stream()
                .filter(field -> field.reads("value"))
                .map(field -> view.columns().get(field.index()).name())
                .findFirst();
    }

    /**
     * Decides what to do with this record.
     *
     * @throws DataException if a condition cannot be evaluated, or the key of a tombstone comes from the value
     */
    public Verdict judge(RecordScope scope) {
        if (!usesTopic(scope)) {
            return Verdict.IGNORE;
        }
        if (truncates(scope)) {
            return Verdict.TRUNCATE;
        }
        if (scope.record().value() == null) {
            return judgeTombstone();
        }
        if (!holds(when, CommonOptions.WHEN.name(), true, scope)) {
            return deletions.onUnmatched() ? Verdict.DELETE : Verdict.IGNORE;
        }
        return holds(deleteWhen, CommonOptions.DELETE_WHEN.name(), false, scope) ? Verdict.DELETE : Verdict.WRITE;
    }

    /**
     * Whether this record empties the view, whatever the other conditions are.
     *
     * @throws DataException if the condition cannot be evaluated
     */
    public boolean truncates(RecordScope scope) {
        return truncateWhen.isPresent()
                && usesTopic(scope)
                && scope.record().value() != null
                && holds(truncateWhen, CommonOptions.TRUNCATE_WHEN.name(), false, scope);
    }

    private boolean usesTopic(RecordScope scope) {
        return topics.isEmpty() || topics.contains(scope.record().originalTopic());
    }

    private Verdict judgeTombstone() {
        return switch (deletions.tombstones()) {
            case IGNORE -> Verdict.IGNORE;
            case FAIL ->
                throw ProjectionException.ofOption(
                        projection,
                        view,
                        CommonOptions.ON_TOMBSTONE.name(),
                        "the record is a tombstone, and the option is set to fail",
                        null);
            case DELETE -> {
                if (keyFromValue.isPresent()) {
                    throw ProjectionException.ofColumn(
                            projection,
                            view,
                            keyFromValue.get(),
                            "the record is a tombstone, and this column of the key comes from the value",
                            null);
                }
                yield Verdict.DELETE;
            }
        };
    }

    private boolean holds(Optional<Condition> condition, String option, boolean otherwise, RecordScope scope) {
        if (condition.isEmpty()) {
            return otherwise;
        }
        try {
            return condition.get().test(scope);
        } catch (DataException e) {
            throw ProjectionException.ofOption(projection, view, option, e.getMessage(), e);
        }
    }
}
