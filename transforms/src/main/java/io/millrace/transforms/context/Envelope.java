package io.millrace.transforms.context;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/**
 * A record's value with a {@code source} block, as Debezium makes it: the change of a row, or something else that the
 * connector has to say, such as a change of the schema. A Struct, or a Map of the same shape.
 */
sealed interface Envelope {
    String SOURCE = "source";
    String OPERATION = "op";
    String BEFORE = "before";
    String AFTER = "after";
    String QUERY = "query";

    /** The record's envelope; empty for a tombstone and for every other value without a {@code source} block. */
    static Optional<Envelope> of(ConnectRecord<?> record) {
        Object value = record.value();
        if (value instanceof Struct struct) {
            Field source = struct.schema().field(SOURCE);
            return source != null && source.schema().type() == Schema.Type.STRUCT
                    ? Optional.of(new OfStruct(struct, struct.getStruct(SOURCE)))
                    : Optional.empty();
        }
        if (value instanceof Map<?, ?> map && map.get(SOURCE) instanceof Map<?, ?> source) {
            return Optional.of(new OfMap(record.valueSchema(), map, source));
        }
        return Optional.empty();
    }

    /** Whether this is a row's change: there is an operation, and it says where it was made. */
    boolean isChange();

    /** A field of the {@code source} block; null where there is none. */
    Object source(String field);

    /** A column of the row as the change left it, or, of a deleted row, as it found it; null where there is none. */
    SchemaAndValue column(String name);

    /** This value without {@code source.query}; the same instance where it has no such field. Changes nothing in it. */
    SchemaAndValue withoutQuery(QueryRemoval removal);

    /** An envelope with a schema. */
    record OfStruct(Struct value, Struct source) implements Envelope {
        @Override
        public boolean isChange() {
            Field operation = value.schema().field(OPERATION);
            return source != null && operation != null && value.get(operation) != null;
        }

        @Override
        public Object source(String field) {
            return field(source, field);
        }

        @Override
        public SchemaAndValue column(String name) {
            Object row = field(value, AFTER);
            if (row == null) {
                row = field(value, BEFORE);
            }
            if (!(row instanceof Struct struct)) {
                return null;
            }
            Field column = struct.schema().field(name);
            Object cell = column == null ? null : struct.get(column);
            return cell == null ? null : new SchemaAndValue(column.schema(), cell);
        }

        @Override
        public SchemaAndValue withoutQuery(QueryRemoval removal) {
            Struct without = removal.from(value);
            return new SchemaAndValue(without.schema(), without);
        }

        private static Object field(Struct struct, String name) {
            Field field = struct.schema().field(name);
            return field == null ? null : struct.get(field);
        }
    }

    /** An envelope without a schema. */
    record OfMap(Schema schema, Map<?, ?> value, Map<?, ?> source) implements Envelope {
        @Override
        public boolean isChange() {
            return value.get(OPERATION) != null;
        }

        @Override
        public Object source(String field) {
            return source.get(field);
        }

        @Override
        public SchemaAndValue column(String name) {
            Object row = value.get(AFTER) == null ? value.get(BEFORE) : value.get(AFTER);
            Object cell = row instanceof Map<?, ?> map ? map.get(name) : null;
            return cell == null ? null : new SchemaAndValue(null, cell);
        }

        @Override
        public SchemaAndValue withoutQuery(QueryRemoval removal) {
            if (!source.containsKey(QUERY)) {
                return new SchemaAndValue(schema, value);
            }
            Map<Object, Object> shortened = new LinkedHashMap<>(source);
            shortened.remove(QUERY);
            Map<Object, Object> copy = new LinkedHashMap<>(value);
            copy.put(SOURCE, shortened);
            return new SchemaAndValue(schema, copy);
        }
    }
}
