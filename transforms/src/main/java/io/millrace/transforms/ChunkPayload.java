package io.millrace.transforms;

import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFields;
import io.millrace.transforms.payload.StoringOptions;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Stores large values of fields as chunks on a topic beside, for those who have Kafka and no object store: {@link ClaimCheck}
 * with a {@code payload.store} that is a topic, and everything else as there.
 *
 * <pre>{@code
 * "transforms": "chunk",
 * "transforms.chunk.type": "io.millrace.transforms.ChunkPayload",
 * "transforms.chunk.fields": "document",
 * "transforms.chunk.payload.store": "kafka:shop.payloads"
 * }</pre>
 *
 * @param <R> the record's type
 */
public final class ChunkPayload<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final ConfigDef VALIDATED = RefusalAnswer.in(StoringOptions.CHUNKS);

    private PayloadWriter writer;
    private PayloadFields fields;

    @Override
    public void configure(Map<String, ?> options) {
        AbstractConfig config = new AbstractConfig(StoringOptions.CHUNKS, options, false);
        writer = Payloads.writer(config, "ChunkPayload");
        fields = new PayloadFields(FieldOptions.paths(config), writer, config.getString(FieldOptions.CONTENT_TYPE));
    }

    @Override
    public R apply(R record) {
        if (fields == null) {
            throw new ConnectException("ChunkPayload was given a record before its configuration");
        }
        return fields.storeNow(record);
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
        if (writer != null) {
            writer.close();
        }
    }
}
