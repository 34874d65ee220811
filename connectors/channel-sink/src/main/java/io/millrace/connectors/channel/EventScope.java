package io.millrace.connectors.channel;

import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The values of the variables of the connector's expressions in a record. Topic, partition and offset are the original ones, which transforms
 * cannot have changed. A record without a timestamp has -1.
 */
record EventScope(SinkRecord record) implements Scope {
    static final List<Variable> VARIABLES = List.of(
            new Variable("key", Variable.Kind.DATA),
            new Variable("value", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("topic", Variable.Kind.TEXT),
            new Variable("partition", Variable.Kind.INTEGER),
            new Variable("offset", Variable.Kind.INTEGER),
            new Variable("timestamp", Variable.Kind.INTEGER));

    private static final long NO_TIMESTAMP = -1;

    static long timestampOf(SinkRecord record) {
        return record.timestamp() == null ? NO_TIMESTAMP : record.timestamp();
    }

    @Override
    public @Nullable Object value(int variable) {
        return switch (VARIABLES.get(variable).name()) {
            case "key" -> record.key();
            case "value" -> record.value();
            case "headers" -> EventHeaders.texts(record.headers());
            case "topic" -> record.originalTopic();
            case "partition" -> (long) record.originalKafkaPartition();
            case "offset" -> record.originalKafkaOffset();
            default -> timestampOf(record);
        };
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return switch (VARIABLES.get(variable).name()) {
            case "key" -> record.keySchema();
            case "value" -> record.valueSchema();
            default -> null;
        };
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
