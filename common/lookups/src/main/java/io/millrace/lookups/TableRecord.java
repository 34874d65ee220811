package io.millrace.lookups;

import io.millrace.expressions.Scope;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;

/** A record of a table's topic, as the table's expressions read it. For use by one thread. */
final class TableRecord implements Scope {
    private SchemaAndValue key = SchemaAndValue.NULL;
    private SchemaAndValue value = SchemaAndValue.NULL;

    void read(SchemaAndValue newKey, SchemaAndValue newValue) {
        key = newKey;
        value = newValue;
    }

    @Override
    public @Nullable Object value(int variable) {
        return (variable == 0 ? key : value).value();
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return (variable == 0 ? key : value).schema();
    }

    @Override
    public boolean structured() {
        return true;
    }
}
