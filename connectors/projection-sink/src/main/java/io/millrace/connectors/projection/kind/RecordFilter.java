package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Deletes;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/**
 * Which records a projection is about, and which of them delete. A tombstone has no value that a condition could be asked
 * of: an option says what it does. For one thread.
 */
public final class RecordFilter {
    /** What a record is to a projection. */
    public enum Verdict {
        /** None of its business. */
        IGNORE,
        /** It writes. */
        WRITE,
        /** It deletes. */
        DELETE
    }

    private final String projection;
    private final View view;
    private final Set<String> topics;
    private final Optional<Condition> when;
    private final Optional<Condition> deleteWhen;
    private final Deletes deletes;
    private final Optional<String> keyFromValue;

    public RecordFilter(ProjectionDefinition definition, List<BoundField> key, View view) {
        this.projection = definition.name();
        this.view = view;
        this.topics = definition.topics();
        this.when = definition.when();
        this.deleteWhen = definition.deleteWhen();
        this.deletes = definition.deletes();
        this.keyFromValue = key.stream()
                .filter(field -> field.reads("value"))
                .map(field -> view.columns().get(field.index()).name())
                .findFirst();
    }

    /**
     * What this record is.
     *
     * @throws DataException where a condition cannot be evaluated, or a tombstone does not say what to delete
     */
    public Verdict judge(RecordScope scope) {
        if (!topics.isEmpty() && !topics.contains(scope.record().originalTopic())) {
            return Verdict.IGNORE;
        }
        if (scope.record().value() == null) {
            return tombstone();
        }
        if (!holds(when, ProjectionOptions.WHEN, true, scope)) {
            return deletes.onUnmatched() ? Verdict.DELETE : Verdict.IGNORE;
        }
        return holds(deleteWhen, ProjectionOptions.DELETE_WHEN, false, scope) ? Verdict.DELETE : Verdict.WRITE;
    }

    private Verdict tombstone() {
        return switch (deletes.tombstones()) {
            case IGNORE -> Verdict.IGNORE;
            case FAIL ->
                throw ProjectionException.ofOption(
                        projection,
                        view,
                        ProjectionOptions.ON_TOMBSTONE,
                        "the record is a tombstone, and the option says fail",
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
