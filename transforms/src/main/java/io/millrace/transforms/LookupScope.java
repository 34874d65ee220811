package io.millrace.transforms;

import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.List;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** A record as the expressions of {@link Lookup} read it. */
record LookupScope(ConnectRecord<?> record) implements Scope {
    /** Their order is the index in this scope. */
    static final List<Variable> VARIABLES = List.of(
            new Variable("key", Variable.Kind.DATA),
            new Variable("value", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("topic", Variable.Kind.TEXT));

    @Override
    public @Nullable Object value(int variable) {
        return switch (variable) {
            case 0 -> record.key();
            case 1 -> record.value();
            case 2 -> EventHeaders.texts(record.headers());
            default -> record.topic();
        };
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return switch (variable) {
            case 0 -> record.keySchema();
            case 1 -> record.valueSchema();
            default -> null;
        };
    }

    @Override
    public boolean structured() {
        return record.valueSchema() != null;
    }
}
