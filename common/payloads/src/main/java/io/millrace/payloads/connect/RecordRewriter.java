package io.millrace.payloads.connect;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.SchemaCache;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadSettings;
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
 * Replaces values in whole records. The mapping of a schema is derived once and cached by the schema's identity. For
 * use by one thread; other threads complete the replacements.
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
        List<Leaf> leaves = findLeaves(record);
        if (leaves.isEmpty() && record.valueSchema() == null) {
            return CompletableFuture.completedFuture(record);
        }
        requireBounded(leaves);
        Schema schema = record.valueSchema();
        Object value = record.value();
        Optional<ValueMapping> mapping = schema == null ? Optional.empty() : findMapping(schema);
        if (value == null || (schema != null && mapping.isEmpty())) {
            return CompletableFuture.completedFuture(record);
        }
        Replacements replacements = new Replacements(record);
        leaves.forEach(replacements::begin);
        return replacements
                .collectValues()
                .thenApply(made -> mapping.isEmpty()
                        ? withValue(record, null, schemaless.replace(value, paths, made.iterator()))
                        : withValue(
                                record, mapping.get().target(), mapping.get().replace(value, made.iterator())));
    }

    private List<Leaf> findLeaves(ConnectRecord<?> record) {
        List<Leaf> leaves = new ArrayList<>();
        Schema schema = record.valueSchema();
        Object value = record.value();
        if (schema == null) {
            schemaless.visitLeaves(value, paths, ValuePath.ROOT, leaves::add);
        } else if (value != null) {
            findMapping(schema).ifPresent(mapping -> mapping.visitLeaves(value, leaves::add));
        }
        return leaves;
    }

    /** A small record could refer to any number of large payloads. */
    private void requireBounded(List<Leaf> leaves) {
        long bytes = leaves.size() < 2 ? 0 : bytesToRead(leaves);
        if (bytes > rule.maxBytesToRead()) {
            throw new DataException("its " + leaves.size() + " payloads have " + bytes + " bytes together, and "
                    + PayloadSettings.INFLIGHT_BYTES + " allows " + rule.maxBytesToRead() + " for one record");
        }
    }

    private long bytesToRead(List<Leaf> leaves) {
        long bytes = 0;
        for (Leaf leaf : leaves) {
            // Two numbers that are not negative, so a sum beyond the largest one is negative.
            bytes += bytesToRead(leaf);
            if (bytes < 0) {
                return Long.MAX_VALUE;
            }
        }
        return bytes;
    }

    /** Nothing if the value is malformed; its replacement fails with the path. */
    private long bytesToRead(Leaf leaf) {
        try {
            return rule.bytesToRead(leaf);
        } catch (DataException e) {
            return 0;
        }
    }

    /** How many bytes a rewrite of the record reads from a store. */
    long bytesToRead(ConnectRecord<?> record) {
        return bytesToRead(findLeaves(record));
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

    /** The started work for one record. */
    private final class Replacements {
        private final ConnectRecord<?> record;
        private final List<CompletableFuture<?>> begun = new ArrayList<>();

        Replacements(ConnectRecord<?> record) {
            this.record = record;
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
