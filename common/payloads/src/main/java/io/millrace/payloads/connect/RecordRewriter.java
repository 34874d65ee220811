package io.millrace.payloads.connect;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.SchemaCache;
import io.millrace.payloads.PayloadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces values in whole records. What is to be done for a schema is found out once and found again by the schema's
 * identity. For use by one thread; what was begun is finished by others.
 */
final class RecordRewriter {
    private final PathTree paths;
    private final LeafRule rule;
    private final SchemalessMapping schemaless;
    private final SchemaCache<Optional<ValueMapping>> mappings = new SchemaCache<>();

    RecordRewriter(PathTree paths, LeafRule rule) {
        this.paths = paths;
        this.rule = rule;
        this.schemaless = new SchemalessMapping(rule);
    }

    /**
     * Begins all replacements in a record's value.
     *
     * @return the record with another value and the value's new schema, the very same record where nothing is replaced; or
     *     a {@link DataException} or another {@link ConnectException}
     */
    <R extends ConnectRecord<R>> CompletableFuture<R> rewrite(R record) {
        try {
            return beginRewriting(record);
        } catch (DataException e) {
            return CompletableFuture.failedFuture(new DataException(RecordPlace.of(record) + ": " + e.getMessage(), e));
        }
    }

    private <R extends ConnectRecord<R>> CompletableFuture<R> beginRewriting(R record) {
        Schema schema = record.valueSchema();
        Replacements replacements = new Replacements(record);
        if (schema == null) {
            Object value = record.value();
            schemaless.visitLeaves(value, paths, ValuePath.ROOT, replacements::begin);
            return replacements.isEmpty()
                    ? CompletableFuture.completedFuture(record)
                    : replacements.collectValues().thenApply(made -> {
                        return withValue(record, null, schemaless.replace(value, paths, made.iterator()));
                    });
        }
        Optional<ValueMapping> found = findMapping(schema);
        Object value = found.isEmpty() ? null : record.value();
        if (value == null) {
            return CompletableFuture.completedFuture(record);
        }
        ValueMapping mapping = found.get();
        mapping.visitLeaves(value, replacements::begin);
        return replacements
                .collectValues()
                .thenApply(made -> withValue(record, mapping.target(), mapping.replace(value, made.iterator())));
    }

    private Optional<ValueMapping> findMapping(Schema schema) {
        return mappings.get(schema, key -> Optional.ofNullable(ValueMapping.of(key, paths, rule, ValuePath.ROOT, "")));
    }

    private static <R extends ConnectRecord<R>> R withValue(R record, @Nullable Schema schema, @Nullable Object value) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                schema,
                value,
                record.timestamp(),
                record.headers().duplicate());
    }

    /** What was begun for one record. */
    private final class Replacements {
        private final ConnectRecord<?> record;
        private final List<CompletableFuture<?>> begun = new ArrayList<>();

        Replacements(ConnectRecord<?> record) {
            this.record = record;
        }

        boolean isEmpty() {
            return begun.isEmpty();
        }

        void begin(Leaf leaf) {
            begun.add(replacement(leaf).exceptionallyCompose(failure -> failed(leaf, failure)));
        }

        private CompletableFuture<Object> replacement(Leaf leaf) {
            try {
                return rule.replacement(record.topic(), leaf).thenApply(value -> (Object) value);
            } catch (DataException | PayloadException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private CompletableFuture<Object> failed(Leaf leaf, Throwable thrown) {
            Throwable failure =
                    thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
            return CompletableFuture.failedFuture(
                    PayloadFailure.of(RecordPlace.of(record) + ": " + leaf.path(), failure));
        }

        CompletableFuture<List<Object>> collectValues() {
            return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                    .thenApply(done -> {
                        List<Object> made = new ArrayList<>(begun.size());
                        begun.forEach(one -> made.add(one.join()));
                        return made;
                    });
        }
    }
}
