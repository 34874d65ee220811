package io.millrace.transforms;

import io.millrace.config.OptionSet;
import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.TransactionWaits;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFailure;
import io.millrace.payloads.connect.PayloadFields;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ClaimCheck} and {@link ChunkPayload} do; they differ in their options.
 *
 * @param <R> the record's type
 */
abstract class StoringTransform<R extends ConnectRecord<R>> implements Transformation<R> {
    private final OptionSet options;
    private final ConfigDef validated;
    private @Nullable Storing storing;

    private record Storing(PayloadWriter writer, PayloadFields fields, TransactionWaits waits) {}

    StoringTransform(OptionSet options) {
        this.options = options;
        this.validated = AnsweringConfigDef.of(options.definition());
    }

    @Override
    public void configure(Map<String, ?> settings) {
        AbstractConfig config = options.read(settings);
        PayloadWriter writer = Payloads.openWriter(config, getClass().getSimpleName());
        writer.warnIfUnusable();
        storing = new Storing(
                writer,
                new PayloadFields(
                        FieldOptions.STORED_FIELDS.get(config),
                        writer,
                        FieldOptions.CONTENT_TYPE.find(config).orElse(null)),
                new TransactionWaits(Duration.ofMillis(PayloadOptions.TRANSACTION_TIMEOUT_MS.get(config))));
    }

    @Override
    public R apply(R record) {
        Storing parts = storing;
        if (parts == null) {
            throw new ConnectException(getClass().getSimpleName() + " was given a record before its configuration");
        }
        CompletableFuture<R> stored = parts.fields().store(record);
        try {
            parts.waits().awaitCompletion(stored, parts.writer().metrics());
        } catch (PayloadException e) {
            throw PayloadFailure.of("A record of " + record.topic(), e);
        }
        return PayloadFields.await(stored);
    }

    @Override
    public ConfigDef config() {
        return validated;
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() {
        if (storing != null) {
            storing.writer().close();
        }
    }
}
