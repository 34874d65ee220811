package io.millrace.transforms;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.RowValues;
import io.millrace.changes.SchemaCache;
import io.millrace.events.Heartbeat;
import io.millrace.events.MillraceVersion;
import io.millrace.events.OriginalBytes;
import io.millrace.expressions.Field;
import io.millrace.expressions.LookupExpression;
import io.millrace.lookups.Lookups;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Adds fields of a table in memory to the values of records. The table is loaded from a compacted topic and kept current:
 *
 * <pre>{@code
 * "transforms": "country",
 * "transforms.country.type": "io.millrace.transforms.Lookup",
 * "transforms.country.lookup.1": "countries; topic: shop.countries; fields: name: string, region: string?",
 * "transforms.country.fields": "country = lookup('countries', value.country_code)",
 * "transforms.country.tables.kafka.bootstrap.servers": "${env:KAFKA_BOOTSTRAP_SERVERS}"
 * }</pre>
 *
 * <p>The value of the key is the last committed one that was read, so a record that is processed again can get another value.
 * The header {@code lookup.NAME} has the place of the table's record that was used: {@code partition@offset}.
 *
 * <h2>Effect on a record</h2>
 *
 * <ul>
 * <li>A Struct or a Map gets the fields. A field of that name must not exist.
 * <li>A record without a value is returned unchanged.
 * <li>Any other value is refused.
 * </ul>
 *
 * <p>The first record waits until the tables are complete, for {@code tables.ready.timeout.ms}; then a
 * {@code ConnectException} names the table and the reason. With {@code errors.tolerance=all} Connect drops a record whose
 * transform fails, also for this reason; in a source the record is lost then.
 *
 * <p>Used by one thread, as Connect does. Tables of one definition are shared by all connectors of a worker.
 *
 * @param <R> the record's type
 */
public final class Lookup<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final String HEADER_PREFIX = "lookup.";
    private static final ConfigDef VALIDATED = AnsweringConfigDef.of(LookupFieldOptions.ALL.definition());

    private final SchemaCache<Schema> schemas = new SchemaCache<>();
    private List<Field> fields = List.of();
    private LookupFieldOptions.Missing onMissing = LookupFieldOptions.Missing.NULL;
    private @Nullable Lookups lookups;

    @Override
    public void configure(Map<String, ?> options) {
        AbstractConfig config = LookupFieldOptions.ALL.read(options);
        Lookups configured = Lookups.of(options);
        fields = LookupFieldOptions.parse(LookupFieldOptions.FIELDS.get(config), configured.tables());
        onMissing = LookupFieldOptions.ON_MISSING.get(config);
        lookups = configured;
    }

    @Override
    public @Nullable R apply(R record) {
        if (lookups == null) {
            throw new ConnectException("Lookup was given a record before its configuration");
        }
        Object value = record.value();
        if (value == null || OriginalBytes.isValueOf(record) || Heartbeat.isHeartbeat(record)) {
            return record;
        }
        // Not before: Connect does not close a transform if a later one is not valid.
        lookups.openOnce();
        try {
            boolean hasFields = value instanceof Struct || (value instanceof Map && record.valueSchema() == null);
            return hasFields ? addFields(record, value) : refuse(value);
        } catch (DataException e) {
            throw new DataException("Lookup refuses a record of " + describe(record) + ": " + e.getMessage(), e);
        }
    }

    private R refuse(Object value) {
        throw new DataException(
                "expected a value with fields, found a " + value.getClass().getSimpleName());
    }

    private @Nullable R addFields(R record, Object value) {
        LookupScope scope = new LookupScope(record);
        boolean structured = scope.structured();
        Headers headers = record.headers().duplicate();
        Map<String, @Nullable Object> added = new LinkedHashMap<>();
        for (Field field : fields) {
            LookupExpression lookup = field.expression().lookup().orElseThrow();
            byte[] row = lookup.find(scope);
            if (row == null && onMissing == LookupFieldOptions.Missing.DROP) {
                return null;
            }
            if (row == null && onMissing == LookupFieldOptions.Missing.REFUSE) {
                throw new DataException(
                        "the table " + lookup.table().name() + " does not have the key of the field " + field.name());
            }
            String header = HEADER_PREFIX + lookup.table().name();
            headers.remove(header);
            if (row != null) {
                headers.addString(header, lookup.table().place(row));
            }
            added.put(field.name(), row == null ? null : lookup.value(row, structured));
        }
        Object enriched = value instanceof Struct struct ? copy(struct, added) : copy((Map<?, ?>) value, added);
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                value instanceof Struct struct ? schemaOf(struct) : null,
                enriched,
                record.timestamp(),
                headers);
    }

    private Struct copy(Struct value, Map<String, @Nullable Object> added) {
        Struct copy = new Struct(schemaOf(value));
        for (org.apache.kafka.connect.data.Field field : value.schema().fields()) {
            copy.put(field.name(), RowValues.get(value, field));
        }
        added.forEach(copy::put);
        return copy;
    }

    private Schema schemaOf(Struct value) {
        return schemas.get(value.schema(), this::addFields);
    }

    private Schema addFields(Schema schema) {
        SchemaBuilder builder = SchemaBuilder.struct().name(schema.name()).version(schema.version());
        builder.doc(schema.doc());
        if (schema.isOptional()) {
            builder.optional();
        }
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        schema.fields().forEach(field -> builder.field(field.name(), field.schema()));
        for (Field field : fields) {
            requireNew(schema.field(field.name()) != null, field);
            builder.field(field.name(), field.expression().declared().orElseThrow());
        }
        return builder.build();
    }

    private Map<Object, @Nullable Object> copy(Map<?, ?> value, Map<String, @Nullable Object> added) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>(value);
        for (Field field : fields) {
            requireNew(value.containsKey(field.name()), field);
        }
        copy.putAll(added);
        return copy;
    }

    private static void requireNew(boolean exists, Field field) {
        if (exists) {
            throw new DataException("the value has a field '" + field.name() + "' already");
        }
    }

    private static String describe(ConnectRecord<?> record) {
        return record instanceof SinkRecord
                ? RecordPlace.of(record)
                : "topic " + RecordPlace.abbreviate(String.valueOf(record.topic()));
    }

    @Override
    public ConfigDef config() {
        return VALIDATED;
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() {
        if (lookups != null) {
            lookups.close();
        }
    }
}
