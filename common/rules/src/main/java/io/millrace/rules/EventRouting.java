package io.millrace.rules;

import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import io.millrace.expressions.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an event's record next to its key and body.
 *
 * @param topic its topic
 * @param partition the value that chooses its partition; empty if the key does
 * @param timestamp its time, as a field of the declared type {@code timestamp}; empty if it has that of the change's record
 * @param headers its own headers, in their order
 */
record EventRouting(
        EventTopic topic, Optional<PartitionKey> partition, Optional<Field> timestamp, List<EventHeader> headers) {
    EventRouting {
        headers = List.copyOf(headers);
    }

    /** The partition of a change's event; null if the producer chooses it. */
    @Nullable
    Integer choosePartition(String topicName, Scope change) {
        return partition.isPresent() ? partition.get().choosePartition(topicName, change) : null;
    }

    /**
     * The time of a change's event in milliseconds since 1970; further digits are cut, because Kafka has no more.
     *
     * @param otherwise the time of an event whose rule has none
     * @throws DataException if the rule's value is not a time since 1970
     */
    @Nullable
    Long findTimestamp(Scope change, @Nullable Long otherwise) {
        if (timestamp.isEmpty()) {
            return otherwise;
        }
        Object moment = timestamp.get().expression().value(new MomentScope(change));
        if (!(moment instanceof java.util.Date date)) {
            throw new DataException("'timestamp' is not a time");
        }
        long millis = date.toInstant().toEpochMilli();
        if (millis < 0) {
            throw new DataException("'timestamp': expected a time since 1970, found an earlier one");
        }
        return millis;
    }

    /** Passes each expression with its name in a sentence. */
    void forEachExpression(BiConsumer<String, Expression> action) {
        topic.expression().ifPresent(value -> action.accept("topic", value));
        partition.ifPresent(key -> action.accept("partition.by", key.value()));
        timestamp.ifPresent(field -> action.accept("timestamp", field.expression()));
        headers.forEach(header ->
                action.accept("header '" + header.name() + "'", header.field().expression()));
    }

    /** The expressions, without their names. */
    List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        forEachExpression((name, expression) -> expressions.add(expression));
        return expressions;
    }

    /** The change, whose moments keep all their digits until they are cut, also without schemas. */
    private record MomentScope(Scope change) implements Scope {
        @Override
        public @Nullable Object value(int variable) {
            return change.value(variable);
        }

        @Override
        public @Nullable Schema schema(int variable) {
            return change.schema(variable);
        }

        @Override
        public boolean structured() {
            return true;
        }

        @Override
        public boolean keepsNanoseconds() {
            return true;
        }
    }
}
