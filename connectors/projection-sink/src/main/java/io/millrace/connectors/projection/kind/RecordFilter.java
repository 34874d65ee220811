package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/**
 * Which records a projection is about, and which of them delete. A tombstone always deletes: it has no value that a
 * condition could be asked of. For one thread.
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
    private final Set<String> topics;
    private final Optional<Condition> when;
    private final Optional<Condition> deleteWhen;
    private final boolean deleteUnmatched;
    private final Optional<String> keyFromValue;

    public RecordFilter(ProjectionDefinition definition, List<BoundField> key, View view) {
        this.projection = definition.name();
        this.topics = definition.topics();
        this.when = definition.when();
        this.deleteWhen = definition.deleteWhen();
        this.deleteUnmatched = definition.deleteUnmatched();
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
            if (keyFromValue.isPresent()) {
                throw new DataException("Projection " + projection + ", column " + keyFromValue.get()
                        + ": the record is a tombstone, and this column of the key comes from the value");
            }
            return Verdict.DELETE;
        }
        if (!holds(when, ProjectionOptions.WHEN, true, scope)) {
            return deleteUnmatched ? Verdict.DELETE : Verdict.IGNORE;
        }
        return holds(deleteWhen, ProjectionOptions.DELETE_WHEN, false, scope) ? Verdict.DELETE : Verdict.WRITE;
    }

    private boolean holds(Optional<Condition> condition, String option, boolean otherwise, RecordScope scope) {
        if (condition.isEmpty()) {
            return otherwise;
        }
        try {
            return condition.get().test(scope);
        } catch (DataException e) {
            throw new DataException("Projection " + projection + ", option " + option + ": " + e.getMessage(), e);
        }
    }
}
