package io.millrace.transforms;

import io.millrace.config.OptionSet;
import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFields;
import java.util.Map;
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
    private @Nullable PayloadWriter writer;
    private @Nullable PayloadFields fields;

    StoringTransform(OptionSet options) {
        this.options = options;
        this.validated = AnsweringConfigDef.of(options.definition());
    }

    @Override
    public void configure(Map<String, ?> settings) {
        AbstractConfig config = options.read(settings);
        PayloadWriter opened = Payloads.openWriter(config, getClass().getSimpleName());
        writer = opened;
        fields = new PayloadFields(
                FieldOptions.STORED_FIELDS.get(config),
                opened,
                FieldOptions.CONTENT_TYPE.find(config).orElse(null));
    }

    @Override
    public R apply(R record) {
        if (fields == null) {
            throw new ConnectException(getClass().getSimpleName() + " was given a record before its configuration");
        }
        return fields.storeNow(record);
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
        if (writer != null) {
            writer.close();
        }
    }
}
