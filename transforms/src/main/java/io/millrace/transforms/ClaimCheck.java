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
 * Stores large values of fields elsewhere and leaves references in their places. {@link RestorePayload} gives them back.
 *
 * <pre>{@code
 * "transforms": "claim",
 * "transforms.claim.type": "io.millrace.transforms.ClaimCheck",
 * "transforms.claim.fields": "before.image,after.image",
 * "transforms.claim.payload.store": "s3://shop-payloads/changes",
 * "transforms.claim.payload.threshold.bytes": "65536"
 * }</pre>
 *
 * <p>A field becomes a {@link io.millrace.payloads.connect.PayloadSchema payload}: the value itself where it has no more
 * bytes than the threshold, where it is stored otherwise, and its size and hash either way. The schema is the same for both.
 * A reference is in a record only when its payload is stored, so whoever has the record can read the payload.
 *
 * <p>Records without a value and those that have none of the fields pass as they are. All fields of a record are stored at
 * once, one record after the other; a source of many large records is better off with a source connector that stores whole
 * batches. A replayed record stores the same objects again.
 *
 * <p>Throws {@code DataException} where a field is neither bytes nor a string or its value is larger than allowed,
 * {@code ConnectException} where the store was not available within the retry timeout; both name the record's place and the
 * path. Used by one thread, as Connect does.
 *
 * @param <R> the record's type
 */
public final class ClaimCheck<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final ConfigDef VALIDATED = RefusalAnswer.in(StoringOptions.DEFINITION);

    private PayloadWriter writer;
    private PayloadFields fields;

    @Override
    public void configure(Map<String, ?> options) {
        AbstractConfig config = new AbstractConfig(StoringOptions.DEFINITION, options, false);
        writer = Payloads.writer(config, "ClaimCheck");
        fields = new PayloadFields(FieldOptions.paths(config), writer, config.getString(FieldOptions.CONTENT_TYPE));
    }

    @Override
    public R apply(R record) {
        if (fields == null) {
            throw new ConnectException("ClaimCheck was given a record before its configuration");
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
